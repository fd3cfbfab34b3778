import { join } from 'node:path';

import type { Logger } from '@aicode/service-kit';
import type Docker from 'dockerode';

import { labels } from '../containers/names.js';
import type { ConnectedRoom, NetworkOfRoom, RoomNetworks, RoomOwner } from '../containers/room.js';
import { closeNetwork } from './close-network.js';
import { egressSocket, proxyEnvironment, startForwarder } from './egress-forwarder.js';
import { EgressProxy, type EgressProxyOptions } from './egress-proxy.js';
import { ensureNetwork, removeNetwork, removeUnusedNetworks } from './open-network.js';

export interface RoomNetworksOptions {
  docker: Docker;
  homeId: string;
  /** docker.image: what closes the network of a room runs from it. */
  helperImage: string;
  log: Logger;
  /** The policy refused a connection of a room. */
  onRefused?: (workspaceId: string, room: number, host: string) => void;
  proxy?: Pick<EgressProxyOptions, 'resolve' | 'isPublic' | 'dial' | 'limits'>;
}

const nothing: NetworkOfRoom = { env: {}, close: () => Promise.resolve() };

/** How rooms reach a network: not at all (`isolated`), by the egress proxy (`allowlist`), or by a bridge that leads to the internet only (`open`). */
export class WorkspaceNetworks implements RoomNetworks {
  /** Containers whose network was closed, and the first process of that start. */
  private readonly closed = new Map<string, number>();
  private readonly refusals = new Map<string, number[]>();

  constructor(private readonly options: RoomNetworksOptions) {}

  async mode({ workspaceId, settings }: RoomOwner): Promise<string> {
    if (settings.network !== 'open') return 'none';
    return ensureNetwork(this.options.docker, { homeId: this.options.homeId, workspaceId });
  }

  async connect(room: ConnectedRoom): Promise<NetworkOfRoom> {
    switch (room.owner.settings.network) {
      case 'isolated':
        return nothing;
      case 'allowlist':
        return this.openProxy(room);
      case 'open':
        await this.closeToPrivate(room);
        return nothing;
    }
  }

  async release(workspaceId: string): Promise<void> {
    this.refusals.delete(workspaceId);
    await removeNetwork(this.options.docker, { homeId: this.options.homeId, workspaceId });
  }

  /** Networks of workspaces that are not named go. */
  async retain(workspaceIds: readonly string[]): Promise<void> {
    const keep = new Set(workspaceIds);
    for (const id of this.refusals.keys()) if (!keep.has(id)) this.refusals.delete(id);
    await removeUnusedNetworks(this.options.docker, this.options.homeId, keep);
  }

  /** Connections of a room that the policy refused since docker-manager started. */
  refused(workspaceId: string, room: number): number {
    return this.refusals.get(workspaceId)?.[room] ?? 0;
  }

  private async openProxy({ owner, room, container, directory }: ConnectedRoom): Promise<NetworkOfRoom> {
    const { log, proxy: given, onRefused } = this.options;
    const { workspaceId } = owner;
    const proxy = new EgressProxy({
      ...given,
      workspaceId,
      allow: owner.settings.allow,
      log,
      onRefused: (host) => {
        this.count(workspaceId, room);
        onRefused?.(workspaceId, room, host);
      },
    });
    try {
      await proxy.listen(join(directory, egressSocket));
      await startForwarder(container);
    } catch (error) {
      await proxy.close();
      throw error;
    }
    return { env: proxyEnvironment(), close: () => proxy.close() };
  }

  /** `fresh` is not asked: if we ended between a start and this, the container runs and is not closed. */
  private async closeToPrivate({ owner, room, container, pid }: ConnectedRoom): Promise<void> {
    const { docker, homeId, helperImage } = this.options;
    if (this.closed.get(container.id) === pid) return;
    await closeNetwork(docker, container, {
      image: helperImage,
      labels: { [labels.home]: homeId, [labels.check]: 'network', 'io.aicode.for': `${owner.workspaceId}-${room}` },
    });
    this.closed.set(container.id, pid);
  }

  private count(workspaceId: string, room: number): void {
    const rooms = this.refusals.get(workspaceId) ?? [];
    rooms[room] = (rooms[room] ?? 0) + 1;
    this.refusals.set(workspaceId, rooms);
  }
}
