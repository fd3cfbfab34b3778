import { ApiError, type ApiClient } from '@aicode/api-client';
import type { Task } from '@aicode/contracts';
import { safeLine } from '@aicode/log-view';
import { Args } from '@oclif/core';

import { ServerCommand } from '../../base-command.js';
import { taskFacts } from '../../tasks/task-view.js';

export default class TaskStatus extends ServerCommand {
  static override description = 'Show a task: its state and why, its prompt, what it took.';
  static override examples = ['<%= config.bin %> task status task_01j…'];
  static override args = { task: Args.string({ ignoreStdin: true, required: true, description: 'Id of the task' }) };

  async run(): Promise<Task> {
    const { args, flags } = await this.parse(TaskStatus);
    const client = await this.client(flags);
    const task = await client.tasks.get({ id: args.task });
    if (!this.jsonEnabled()) this.say(...taskFacts(task, await nameOf(client, task.workspace_id), this.stdout.paint));
    return task;
  }
}

async function nameOf(client: ApiClient, workspaceId: string): Promise<string> {
  try {
    const { name } = await client.workspaces.get({ id: workspaceId });
    return `${safeLine(name)} (${workspaceId})`;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return `${workspaceId} (deleted)`;
    throw error;
  }
}
