import type { Workspace } from '@aicode/contracts';
import { Args } from '@oclif/core';

import { ServerCommand } from '../../base-command.js';
import { findWorkspace } from '../../workspaces/find-workspace.js';
import { workspaceFacts } from '../../workspaces/workspace-words.js';

export default class WorkspaceShow extends ServerCommand {
  static override description = 'Show a workspace.';
  static override examples = ['<%= config.bin %> workspace show shop'];
  static override args = {
    workspace: Args.string({ ignoreStdin: true, description: "Name or id; the current directory's if not given" }),
  };

  async run(): Promise<Workspace> {
    const { args, flags } = await this.parse(WorkspaceShow);
    const workspace = await findWorkspace(await this.client(flags), args.workspace, process.cwd());
    this.say(...workspaceFacts(workspace));
    return workspace;
  }
}
