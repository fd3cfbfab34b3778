import type { ContainerCounts } from '@aicode/contracts';

import type { RoomView } from './room.js';

type Counted = Pick<RoomView, 'workspaceId' | 'containerId' | 'state'>;

/** The containers that there are, by state; of these workspaces alone, or with null of all. One that never ran counts as stopped. */
export function countContainers(rooms: readonly Counted[], workspaceIds: readonly string[] | null): ContainerCounts {
  const asked = workspaceIds && new Set(workspaceIds);
  const counts: ContainerCounts = { running: 0, paused: 0, stopped: 0 };
  for (const { workspaceId, containerId, state } of rooms) {
    if (containerId === null || state === 'gone' || (asked && !asked.has(workspaceId))) continue;
    counts[state === 'created' ? 'stopped' : state] += 1;
  }
  return counts;
}
