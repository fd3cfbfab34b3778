import type { ApiClient } from '@aicode/api-client';
import { Args, Flags } from '@oclif/core';

import { TaskCommand, type WatchFlags } from '../../tasks/task-command.js';
import { seqOf } from '../../tasks/watch-task.js';

export default class LogsStream extends TaskCommand {
  static override description =
    "Show a task's log and follow it to its end. The exit code is the task's: 0 done, 1 failed, 124 timed out.";
  static override examples = [
    '<%= config.bin %> logs stream task_01j…',
    '<%= config.bin %> logs stream task_01j… --from 120',
    '<%= config.bin %> logs stream task_01j… --raw --no-follow > log.ndjson',
  ];
  static override args = { task: Args.string({ ignoreStdin: true, required: true, description: 'Id of the task' }) };
  static override flags = {
    from: Flags.integer({ helpValue: 'N', description: 'Number of the first line', min: 1 }),
    raw: Flags.boolean({
      default: false,
      description: 'Lines as they were spoken: JSON of Claude Code, text of others',
      exclusive: ['json'],
    }),
    full: TaskCommand.fullFlag,
    follow: Flags.boolean({
      description: 'Wait for more until the task ends',
      default: true,
      allowNo: true,
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(LogsStream);
    const client = await this.client(flags);
    const after = flags.from === undefined ? undefined : String(flags.from - 1);
    if (flags.follow) await this.watch(client, args.task, { ...flags, after, mayCancel: false });
    else await this.showSoFar(client, args.task, after, flags);
  }

  private async showSoFar(client: ApiClient, id: string, from: string | undefined, flags: WatchFlags): Promise<void> {
    const printer = this.printer(flags, seqOf(from));
    for (let after = from ?? '0'; ;) {
      const page = await client.logs.read({ id, after, limit: 1000 });
      for (const entry of page.items) await printer.show({ type: 'log', entry });
      if (page.items.length === 0) return;
      after = page.next_after;
    }
  }
}
