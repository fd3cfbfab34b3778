import { parseOrThrow, Priority, type Task } from '@aicode/contracts';
import { Args } from '@oclif/core';

import { ServerCommand } from '../../base-command.js';

export default class TaskPriority extends ServerCommand {
  static override description = 'Give a waiting task another priority; `aicli queue` shows where it is then.';
  static override examples = ['<%= config.bin %> task priority task_01j… high'];
  static override args = {
    task: Args.string({ ignoreStdin: true, required: true, description: 'Id of the task' }),
    priority: Args.string({
      ignoreStdin: true,
      required: true,
      options: Priority.options,
      description: 'Its new priority',
    }),
  };

  async run(): Promise<Task> {
    const { args, flags } = await this.parse(TaskPriority);
    const client = await this.client(flags);
    const priority = parseOrThrow(Priority, args.priority, 'priority');
    const task = await client.tasks.update({ id: args.task, priority });
    this.say(`${task.id} has priority ${task.priority} now.`);
    return task;
  }
}
