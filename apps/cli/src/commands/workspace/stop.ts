import type { WorkspaceStats } from '@aicode/contracts';
import { Args } from '@oclif/core';

import { ServerCommand } from '../../base-command.js';
import { statsLines } from '../../workspaces/container-words.js';
import { findWorkspace } from '../../workspaces/find-workspace.js';

export default class WorkspaceStop extends ServerCommand {
  static override description =
    'Stop the containers of a workspace, and what runs in them. The next task starts one again.';
  static override examples = ['<%= config.bin %> workspace stop shop'];
  static override args = {
    workspace: Args.string({ ignoreStdin: true, description: "Name or id; the current directory's if not given" }),
  };

  async run(): Promise<WorkspaceStats> {
    const { args, flags } = await this.parse(WorkspaceStop);
    const client = await this.client(flags);
    const { id } = await findWorkspace(client, args.workspace, process.cwd());
    const stats = await client.workspaces.stop({ id });
    this.say(...statsLines(stats, this.stdout.width));
    return stats;
  }
}
