import type { WorkspaceStats } from '@aicode/contracts';
import { Args } from '@oclif/core';

import { ServerCommand } from '../../base-command.js';
import { statsLines } from '../../workspaces/container-words.js';
import { findWorkspace } from '../../workspaces/find-workspace.js';

export default class WorkspaceStart extends ServerCommand {
  static override description = 'Start the container of a workspace, so that its next task need not wait for it.';
  static override examples = ['<%= config.bin %> workspace start shop'];
  static override args = {
    workspace: Args.string({ ignoreStdin: true, description: "Name or id; the current directory's if not given" }),
  };

  async run(): Promise<WorkspaceStats> {
    const { args, flags } = await this.parse(WorkspaceStart);
    const client = await this.client(flags);
    const { id } = await findWorkspace(client, args.workspace, process.cwd());
    const stats = await client.workspaces.start({ id });
    this.say(...statsLines(stats, this.stdout.width));
    return stats;
  }
}
