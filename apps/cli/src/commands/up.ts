import { Flags } from '@oclif/core';

import { AicliCommand } from '../base-command.js';
import { exitCodes } from '../exit-codes.js';
import { CliFailure } from '../failure.js';
import { askedOtherwise, type Asked } from '../platform/asked-otherwise.js';
import { readPlatformState, type PlatformState } from '../platform/platform-state.js';
import { platformProgram, serveArguments, serveEnvironment } from '../platform/program.js';
import { runForeground } from '../platform/run-foreground.js';
import { startDetached } from '../platform/start-detached.js';
import { SessionStore } from '../session/session-file.js';

type UpResult = PlatformState & { already_running: boolean };

export default class Up extends AicliCommand {
  static override description =
    'Run the platform on this machine: here until Ctrl-C, or in the background. You become its administrator.';
  static override examples = [
    '<%= config.bin %> up --detach',
    '<%= config.bin %> up --demo-model   # without an API key: a script answers instead of an AI',
  ];
  static override flags = {
    detach: Flags.boolean({ default: false, char: 'd', description: 'Run it in the background' }),
    'demo-model': Flags.boolean({
      default: false,
      description: 'Answer tasks by a script, not by an AI; needs no key',
    }),
    port: Flags.integer({ description: 'Port to listen on; 0 takes a free one', min: 0, max: 65_535 }),
    timeout: Flags.integer({
      helpValue: 'SECONDS',
      description: 'How long --detach waits until it is ready',
      default: 60,
      min: 1,
    }),
  };

  async run(): Promise<UpResult | undefined> {
    const { flags } = await this.parse(Up);
    const asked: Asked = { demoModel: flags['demo-model'], port: flags.port };
    const running = readPlatformState(this.files.platformState);
    if (running) return this.runsAlready(running, flags.detach, asked);
    const program = platformProgram();
    const args = serveArguments(asked);
    const environment = serveEnvironment(this.files.home);
    // Who starts a platform here means this one from now on, not the server of an earlier sign-in.
    await new SessionStore(this.files.sessions).setServer(null);
    if (!flags.detach) return this.foreground(program, args, environment);
    this.note('Starting the platform …');
    const state = await startDetached({
      program,
      arguments: args,
      environment,
      files: this.files,
      timeoutMs: flags.timeout * 1000,
    });
    // Another `up` may have been faster, and asked for something else.
    if (askedOtherwise(asked, state) !== null) return this.runsAlready(state, true, asked);
    this.tell(state, 'The platform runs');
    return { ...state, already_running: false };
  }

  private async foreground(program: string, args: string[], environment: NodeJS.ProcessEnv): Promise<undefined> {
    const code = await runForeground(program, args, environment);
    if (code !== 0) this.exit(code === 75 ? exitCodes.usage : code);
    return undefined;
  }

  private runsAlready(state: PlatformState, detach: boolean, asked: Asked): UpResult {
    const differs = askedOtherwise(asked, state);
    if (!detach || differs !== null) {
      const where = state.url === null ? '' : ` at ${state.url}`;
      throw new CliFailure(
        exitCodes.usage,
        `The platform runs already${where} (process ${state.pid})${differs === null ? '' : `, ${differs}`}.`,
        'Stop it first: aicli down',
      );
    }
    this.tell(state, 'The platform runs already');
    return { ...state, already_running: true };
  }

  private tell(state: PlatformState, what: string): void {
    const demo = state.demo_model ? ['Demo model: a script answers every task, not an AI.'] : [];
    this.say(
      `${what}${state.url === null ? '' : ` at ${state.url}`} (process ${state.pid}, version ${state.version}).`,
      ...demo,
      '',
      'Make a workspace of this folder:  aicli workspace create NAME --path .',
      'Give it work:                     aicli task run "…"',
      'See how it is:                    aicli status',
      'Stop it:                          aicli down',
    );
  }
}
