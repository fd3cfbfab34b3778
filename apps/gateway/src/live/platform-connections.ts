import { containerChanged, taskChanged, workspaceChanged } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Injectable } from '@nestjs/common';

import { OpenStreams } from '../auth/open-streams.js';
import type { LiveSocket } from './live-socket.js';
import { PlatformConnection } from './platform-connection.js';
import { WorkspaceOwners } from './workspace-owners.js';

/** The sockets that are told of the whole platform. */
@Injectable()
export class PlatformConnections {
  private readonly connections = new Set<PlatformConnection>();

  constructor(
    private readonly context: ServiceContext,
    private readonly openStreams: OpenStreams,
    private readonly owners: WorkspaceOwners,
  ) {}

  async listen(): Promise<void> {
    const { events } = this.context;
    await this.owners.listen();
    await events.subscribe(taskChanged, ({ task, owner_id: ownerId }) => this.tell({ task }, ownerId));
    await events.subscribe(workspaceChanged, ({ workspace }) => this.tell({ workspace }, workspace.owner_id));
    await events.subscribe(containerChanged, async (container) => {
      if (this.connections.size === 0) return;
      const ownerId = await this.owners.of(container.workspace_id);
      if (ownerId !== undefined) this.tell({ container }, ownerId);
    });
  }

  /** DomainError `request.rate_limited` if its user holds too many. */
  add(socket: LiveSocket): void {
    const connection = new PlatformConnection(socket, this.openStreams.open(socket.data.principal));
    this.connections.add(connection);
    socket.once('disconnect', () => this.connections.delete(connection));
  }

  private tell(...change: Parameters<PlatformConnection['changed']>): void {
    for (const connection of this.connections) connection.changed(...change);
  }
}
