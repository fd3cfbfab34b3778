import { connectExecStream, type RemoteProcess } from '@aicode/exec-stream';
import { Flags } from '@oclif/core';

import { ServerCommand } from '../../base-command.js';
import { exitOfExec, reasonOfExec } from '../../exec/exit-of-exec.js';
import { GatheredOutput } from '../../exec/gathered-output.js';
import { rawTerminal, type RawTerminal } from '../../exec/raw-terminal.js';
import { runRemote } from '../../exec/run-remote.js';
import { exitCodes } from '../../exit-codes.js';
import { CliFailure } from '../../failure.js';
import { variablesOf } from '../../workspaces/container-flags.js';
import { findWorkspace } from '../../workspaces/find-workspace.js';

const startTimeoutMs = 120_000;

export default class WorkspaceExec extends ServerCommand {
  static override description =
    'Run a program in the container of a workspace, at its files. Input, output and exit code are those of the program; it ends when you end.';
  static override usage = 'workspace exec [-w WS] [-t] [--env KEY=VALUE] -- CMD ARGS…';
  static override examples = [
    '<%= config.bin %> workspace exec -w shop -- npm test',
    '<%= config.bin %> workspace exec -w shop -t -- bash',
    'tar c src | <%= config.bin %> workspace exec -w shop -- tar x',
  ];
  static override strict = false;
  static override flags = {
    workspace: Flags.string({
      char: 'w',
      helpValue: 'WS',
      description: "Name or id; the current directory's if not given",
    }),
    tty: Flags.boolean({ char: 't', default: false, description: 'Give it your terminal', exclusive: ['json'] }),
    env: Flags.string({
      helpValue: 'KEY=VALUE',
      multiple: true,
      multipleNonGreedy: true,
      description: 'Environment variable for it; KEY alone takes the value from here; may be repeated',
    }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(WorkspaceExec);
    const [command, ...args] = argv.map(String);
    if (command === undefined) {
      throw new CliFailure(exitCodes.usage, 'Say what to run.', 'Such as: aicli workspace exec -w shop -- ls -l');
    }
    const terminal = flags.tty ? rawTerminal(process.stdin, process.stdout) : null;
    const env = { ...(terminal ? termOf(process.env) : {}), ...variablesOf(flags.env ?? [], process.env) };
    const client = await this.client(flags);
    const { id } = await findWorkspace(client, flags.workspace, process.cwd());
    const { path, token } = await client.workspaces.exec({ id, command, args, env, tty: terminal?.size ?? null });
    const remote = await connectExecStream({ url: `${client.server}${path}`, token, timeoutMs: startTimeoutMs });
    this.exit(await (this.jsonEnabled() ? this.gather(remote) : this.join(remote, terminal)));
  }

  /** Our streams are those of the program. */
  private async join(remote: RemoteProcess, terminal: RawTerminal | null): Promise<number> {
    terminal?.begin((columns, rows) => void remote.resize(columns, rows).catch(() => undefined));
    try {
      const ended = await runRemote(remote, process);
      const reason = reasonOfExec(ended.exit);
      if (reason !== null) this.note(reason);
      return exitOfExec(ended);
    } finally {
      terminal?.end();
    }
  }

  /** One JSON document when it has ended. */
  private async gather(remote: RemoteProcess): Promise<number> {
    const [stdout, stderr] = [new GatheredOutput(), new GatheredOutput()];
    const ended = await runRemote(remote, { stdin: process.stdin, stdout, stderr });
    const exitCode = exitOfExec(ended);
    this.logJson({
      exit_code: exitCode,
      ...ended.exit,
      stdout: stdout.text,
      stderr: stderr.text,
      truncated: stdout.truncated || stderr.truncated,
    });
    return exitCode;
  }
}

/** What programs need to know of a terminal, beside its size. */
function termOf({ TERM: term }: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return term === undefined ? {} : { TERM: term };
}
