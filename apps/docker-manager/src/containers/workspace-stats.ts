import {
  resolveContainer,
  type ContainerOwner,
  type ContainerStats,
  type DockerConfig,
  type WorkspaceStats,
} from '@aicode/contracts';

import type { Disks } from '../disks/disks.service.js';
import type { Engine } from './make-engine.js';
import type { RoomView } from './room.js';

/** What the containers of a workspace use now. Without an engine there are none. */
export async function workspaceStats(
  owner: ContainerOwner,
  disks: Pick<Disks, 'usage'>,
  config: DockerConfig,
  engine: Pick<Engine, 'rooms' | 'networks' | 'sampler'> | undefined,
): Promise<WorkspaceStats> {
  const rooms = engine?.rooms.views(owner.workspace_id).filter(({ containerId }) => containerId !== null) ?? [];
  const settings = resolveContainer(owner.container, config);
  const [disk, containers] = await Promise.all([
    disks.usage(owner),
    Promise.all(engine ? rooms.map((room) => containerStats(room, settings, engine)) : []),
  ]);
  return { time: new Date().toISOString(), executor: engine ? 'docker' : 'process', containers, disk };
}

async function containerStats(
  { workspaceId, room, containerId, pid, state, busy, reason }: RoomView,
  limits: { memory: number; pids: number },
  { networks, sampler }: Pick<Engine, 'networks' | 'sampler'>,
): Promise<ContainerStats> {
  const figures = await sampler.sample({ id: containerId ?? '', pid: pid ?? 0 });
  return {
    room,
    state,
    busy,
    ...figures,
    memory_limit: limits.memory,
    pids_limit: limits.pids,
    egress_refused: networks.refused(workspaceId, room),
    reason,
  };
}
