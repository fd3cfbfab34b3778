import { Priority, TaskState, type Task } from '@aicode/contracts';
import type { ApiClient } from '@aicode/api-client';
import { safeLine } from '@aicode/log-view';
import { Flags } from '@oclif/core';

import { ServerCommand } from '../../base-command.js';
import { stateText } from '../../tasks/task-view.js';
import { table } from '../../terminal/table.js';
import { ageWords } from '../../terminal/time-words.js';
import { findWorkspace } from '../../workspaces/find-workspace.js';
import { workspaceNames } from '../../workspaces/workspace-names.js';

export default class TaskList extends ServerCommand {
  static override description = 'List tasks, newest first.';
  static override examples = ['<%= config.bin %> task list', '<%= config.bin %> task list -w shop --state failed'];
  static override flags = {
    workspace: Flags.string({ char: 'w', helpValue: 'WS', description: 'Only of this workspace (name or id)' }),
    state: Flags.option({ options: TaskState.options, description: 'Only in this state' })(),
    priority: Flags.option({ options: Priority.options, description: 'Only of this priority' })(),
    limit: Flags.integer({ description: 'How many', default: 20, min: 1, max: 200 }),
    cursor: Flags.string({ description: 'Go on where the page before ended' }),
  };

  async run(): Promise<{ items: Task[]; next_cursor: string | null }> {
    const { flags } = await this.parse(TaskList);
    const client = await this.client(flags);
    const workspace =
      flags.workspace === undefined ? null : await findWorkspace(client, flags.workspace, process.cwd());
    const page = await client.tasks.list({
      limit: flags.limit,
      ...(flags.cursor ? { cursor: flags.cursor } : {}),
      ...(flags.state ? { state: flags.state } : {}),
      ...(flags.priority ? { priority: flags.priority } : {}),
      ...(workspace ? { workspace_id: workspace.id } : {}),
    });
    if (!this.jsonEnabled()) await this.show(client, page.items);
    if (page.next_cursor !== null) this.note(`There are more: --cursor ${page.next_cursor}`);
    return page;
  }

  private async show(client: ApiClient, tasks: Task[]): Promise<void> {
    if (tasks.length === 0) return this.say('No tasks here. Start one: aicli task run "…" -w NAME');
    const names = await workspaceNames(client, tasks);
    const rows = tasks.map((task) => [
      task.id,
      stateText(task, (text) => text),
      task.priority,
      names.get(task.workspace_id) ?? task.workspace_id,
      ageWords(task.created_at),
      safeLine(task.command),
    ]);
    this.say(...table(['TASK', 'STATE', 'PRIORITY', 'WORKSPACE', 'CREATED', 'PROMPT'], rows, this.stdout.width));
  }
}
