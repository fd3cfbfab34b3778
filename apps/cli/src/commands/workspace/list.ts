import type { Workspace } from '@aicode/contracts';
import { safeLine } from '@aicode/log-view';
import { Flags } from '@oclif/core';

import { ServerCommand } from '../../base-command.js';
import { table } from '../../terminal/table.js';
import { ageWords } from '../../terminal/time-words.js';
import { sourceWords, workspaceStateWords } from '../../workspaces/workspace-words.js';

export default class WorkspaceList extends ServerCommand {
  static override description = 'List workspaces, newest first.';
  static override examples = ['<%= config.bin %> workspace list'];
  static override flags = {
    limit: Flags.integer({ description: 'How many', default: 50, min: 1, max: 200 }),
    cursor: Flags.string({ description: 'Go on where the page before ended' }),
  };

  async run(): Promise<{ items: Workspace[]; next_cursor: string | null }> {
    const { flags } = await this.parse(WorkspaceList);
    const client = await this.client(flags);
    const page = await client.workspaces.list({
      limit: flags.limit,
      ...(flags.cursor ? { cursor: flags.cursor } : {}),
    });
    if (page.items.length === 0) this.say('No workspaces yet. Make one: aicli workspace create NAME --path .');
    else {
      const rows = page.items.map((workspace) => [
        safeLine(workspace.name),
        workspaceStateWords[workspace.state],
        workspace.id,
        ageWords(workspace.created_at),
        sourceWords(workspace),
      ]);
      this.say(...table(['NAME', 'STATE', 'ID', 'CREATED', 'SOURCE'], rows, this.stdout.width));
    }
    if (page.next_cursor !== null) this.note(`There are more: --cursor ${page.next_cursor}`);
    return page;
  }
}
