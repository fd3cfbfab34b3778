import type { ApiClient } from '@aicode/api-client';
import { DomainError, type Workspace, type WorkspaceStats } from '@aicode/contracts';
import { safeLine } from '@aicode/log-view';
import { Args } from '@oclif/core';

import { ServerCommand } from '../../base-command.js';
import { activityWords } from '../../workspaces/container-words.js';
import { findWorkspace } from '../../workspaces/find-workspace.js';
import { workspaceFacts } from '../../workspaces/workspace-words.js';

export default class WorkspaceShow extends ServerCommand {
  static override description = 'Show a workspace: its files, its container settings, and what its containers do.';
  static override examples = ['<%= config.bin %> workspace show shop'];
  static override args = {
    workspace: Args.string({ ignoreStdin: true, description: "Name or id; the current directory's if not given" }),
  };

  async run(): Promise<Workspace & { stats: WorkspaceStats | null }> {
    const { args, flags } = await this.parse(WorkspaceShow);
    const client = await this.client(flags);
    const workspace = await findWorkspace(client, args.workspace, process.cwd());
    const stats = await statsOf(client, workspace.id);
    this.say(...workspaceFacts(workspace, stats instanceof Error ? safeLine(stats.message) : activityWords(stats)));
    return { ...workspace, stats: stats instanceof Error ? null : stats };
  }
}

/** An engine that does not answer is no reason not to show the workspace. */
async function statsOf(client: ApiClient, id: string): Promise<WorkspaceStats | DomainError> {
  try {
    return await client.workspaces.stats({ id });
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}
