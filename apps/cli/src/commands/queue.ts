import type { Queue } from '@aicode/contracts';
import { safeLine } from '@aicode/log-view';
import { Flags } from '@oclif/core';

import { ServerCommand } from '../base-command.js';
import { table } from '../terminal/table.js';
import { findWorkspace } from '../workspaces/find-workspace.js';
import { workspaceNames } from '../workspaces/workspace-names.js';

export default class QueueCommand extends ServerCommand {
  static override description = 'Show what waits, in the order in which it will be taken, and why.';
  static override examples = ['<%= config.bin %> queue', '<%= config.bin %> queue -w shop'];
  static override flags = {
    workspace: Flags.string({ char: 'w', helpValue: 'WS', description: 'Only of this workspace (name or id)' }),
    limit: Flags.integer({ description: 'How many', default: 20, min: 1, max: 500 }),
  };

  async run(): Promise<Queue> {
    const { flags } = await this.parse(QueueCommand);
    const client = await this.client(flags);
    const workspace =
      flags.workspace === undefined ? null : await findWorkspace(client, flags.workspace, process.cwd());
    const queue = await client.queue.list({
      limit: flags.limit,
      ...(workspace ? { workspace_id: workspace.id } : {}),
    });
    if (this.jsonEnabled()) return queue;
    if (queue.items.length === 0) this.say('Nothing waits.');
    else {
      const names = await workspaceNames(
        client,
        queue.items.map(({ task }) => task),
      );
      const rows = queue.items.map(({ task, position, explanation }) => [
        String(position),
        task.id,
        task.priority,
        names.get(task.workspace_id) ?? task.workspace_id,
        safeLine(explanation),
      ]);
      this.say(...table(['PLACE', 'TASK', 'PRIORITY', 'WORKSPACE', 'WHY IT WAITS'], rows, this.stdout.width));
    }
    if (queue.truncated) this.note(`${queue.total} tasks wait in all: --limit shows more.`);
    return queue;
  }
}
