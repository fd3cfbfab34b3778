import {
  containersRpc,
  DomainError,
  workspacesRpc,
  type ContainerOwner,
  type ExecCommand,
  type Workspace,
  type WorkspaceStats,
} from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Injectable } from '@nestjs/common';

import type { Principal } from '../auth/principal.js';
import { ExecAddresses } from './exec-addresses.js';

/** The containers of a workspace, for whoever may know of it: workspace-service says so, docker-manager does it. */
@Injectable()
export class WorkspaceContainers {
  private readonly workspaces;
  private readonly containers;

  constructor(
    private readonly context: ServiceContext,
    private readonly addresses: ExecAddresses,
  ) {
    this.workspaces = context.rpc.client(workspacesRpc);
    this.containers = context.rpc.client(containersRpc);
  }

  async start(id: string): Promise<WorkspaceStats> {
    return this.containers.start(ownerOf(await this.readyWorkspace(id)));
  }

  async stop(id: string): Promise<WorkspaceStats> {
    return this.containers.stop(ownerOf(await this.workspaces.get({ workspace_id: id })));
  }

  async stats(id: string): Promise<WorkspaceStats> {
    return this.containers.stats(ownerOf(await this.workspaces.get({ workspace_id: id })));
  }

  /** Where the streams of the program are, and the token that opens them. */
  async exec(
    id: string,
    program: ExecCommand,
    { actor, sessionId }: Principal,
  ): Promise<{ path: string; token: string }> {
    const owner = ownerOf(await this.readyWorkspace(id));
    const { command, args, env, tty } = program;
    const { url, token } = await this.containers.open({
      ...owner,
      owner: `user:${actor.user_id}`,
      command,
      args,
      cwd: '/workspace',
      env,
      sockets: [],
      tty,
    });
    // Not its arguments: people put secrets there.
    this.context.log.info({ user_id: actor.user_id, workspace_id: id, command }, 'a program is run in a workspace');
    return { path: await this.addresses.keep({ url, actor, session_id: sessionId, workspace_id: id }), token };
  }

  /** @throws DomainError workspace.not_ready, workspace.deleting: there are no files for a container */
  private async readyWorkspace(id: string): Promise<Workspace> {
    const workspace = await this.workspaces.get({ workspace_id: id });
    if (workspace.state === 'ready') return workspace;
    if (workspace.state === 'deleting') {
      throw new DomainError(
        'workspace.deleting',
        'This workspace is being deleted; nothing can be run in it any more.',
      );
    }
    const why = workspace.reason ?? 'Its files are still being made. Try again when it is ready.';
    throw new DomainError('workspace.not_ready', `This workspace is ${workspace.state}. ${why}`);
  }
}

function ownerOf({ id, project_path, container_settings: container }: Workspace): ContainerOwner {
  return { workspace_id: id, project_path, container };
}
