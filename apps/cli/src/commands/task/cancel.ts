import { isFinal, type Task } from '@aicode/contracts';
import { Args } from '@oclif/core';

import { ServerCommand } from '../../base-command.js';

export default class TaskCancel extends ServerCommand {
  static override description = 'Cancel a task, waiting or running.';
  static override examples = ['<%= config.bin %> task cancel task_01j…'];
  static override args = { task: Args.string({ ignoreStdin: true, required: true, description: 'Id of the task' }) };

  async run(): Promise<Task> {
    const { args, flags } = await this.parse(TaskCancel);
    const client = await this.client(flags);
    const task = await client.tasks.cancel({ id: args.task });
    this.say(isFinal(task.state) ? `Cancelled ${task.id}.` : `Cancelling ${task.id}; its work is being stopped.`);
    return task;
  }
}
