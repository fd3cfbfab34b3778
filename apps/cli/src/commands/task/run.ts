import { Priority, type Task } from '@aicode/contracts';
import { Args, Flags } from '@oclif/core';

import { exitCodes } from '../../exit-codes.js';
import { CliFailure } from '../../failure.js';
import { TaskCommand } from '../../tasks/task-command.js';
import { readAll } from '../../terminal/ask.js';
import { decimalFlag } from '../../terminal/decimal-flag.js';
import { findWorkspace } from '../../workspaces/find-workspace.js';

export default class TaskRun extends TaskCommand {
  static override description =
    'Give a workspace work and watch it. Ctrl-C once leaves it running and says how to come back, twice cancels it.';
  static override examples = [
    '<%= config.bin %> task run "Fix the failing test"',
    '<%= config.bin %> task run "Update the changelog" -w shop --priority high',
    '<%= config.bin %> task run - -w shop --detach < prompt.md',
  ];
  static override args = {
    prompt: Args.string({
      ignoreStdin: true,
      required: true,
      description: 'What to do; - reads it from standard input',
    }),
  };
  static override flags = {
    workspace: Flags.string({
      char: 'w',
      helpValue: 'WS',
      description: "Name or id; the current directory's if not given",
    }),
    priority: Flags.option({ options: Priority.options, description: 'Who goes first [default: medium]' })(),
    model: Flags.string({ description: "Model to use; Claude Code's own choice if not given" }),
    timeout: Flags.string({ helpValue: '30m', description: 'How long an attempt may take' }),
    'max-attempts': Flags.integer({
      description: 'How often it is tried when the model or the machine fails',
      min: 1,
      max: 10,
    }),
    'max-cost': decimalFlag({ helpValue: '1.50', description: 'US dollars that all its attempts may cost' }),
    detach: Flags.boolean({ default: false, char: 'd', description: 'Do not watch: print its id and return' }),
    full: TaskCommand.fullFlag,
  };

  async run(): Promise<Task | undefined> {
    const { args, flags } = await this.parse(TaskRun);
    const command = args.prompt === '-' ? await readAll(process.stdin) : args.prompt;
    if (command.trim() === '')
      throw new CliFailure(exitCodes.usage, 'The prompt is empty.', 'Say what is to be done: aicli task run "…"');
    const client = await this.client(flags);
    const workspace = await findWorkspace(client, flags.workspace, process.cwd());
    const task = await client.tasks.create({
      workspace_id: workspace.id,
      command,
      priority: flags.priority,
      model: flags.model,
      timeout: flags.timeout,
      max_attempts: flags['max-attempts'],
      max_cost_usd: flags['max-cost'],
    });
    return this.afterCreation(client, task, flags);
  }
}
