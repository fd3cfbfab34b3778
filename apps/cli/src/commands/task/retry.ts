import type { Task } from '@aicode/contracts';
import { Args, Flags } from '@oclif/core';

import { TaskCommand } from '../../tasks/task-command.js';

export default class TaskRetry extends TaskCommand {
  static override description = 'Start a new task like one that has ended, and watch it.';
  static override examples = ['<%= config.bin %> task retry task_01j…'];
  static override args = {
    task: Args.string({ ignoreStdin: true, required: true, description: 'Id of the task that has ended' }),
  };
  static override flags = {
    detach: Flags.boolean({ default: false, char: 'd', description: 'Do not watch: print its id and return' }),
    full: TaskCommand.fullFlag,
  };

  async run(): Promise<Task | undefined> {
    const { args, flags } = await this.parse(TaskRetry);
    const client = await this.client(flags);
    const task = await client.tasks.retry({ id: args.task });
    return this.afterCreation(client, task, flags);
  }
}
