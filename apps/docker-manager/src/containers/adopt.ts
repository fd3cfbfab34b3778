import { WorkspaceId } from '@aicode/contracts';
import type { Logger } from '@aicode/service-kit';
import type Docker from 'dockerode';

import { engineLimits, statusOf, unless, within } from './engine-client.js';
import { labels, ours } from './names.js';
import { inspect, removeContainer } from './room-container.js';
import type { Rooms } from './rooms.js';
import { sweep } from './sweep.js';

export interface Adoption {
  docker: Docker;
  home: string;
  rooms: Rooms;
  maxRooms: number;
  log: Logger;
}

/**
 * Takes over the containers that are there already: of a docker-manager that was killed, or from before the engine was away. What
 * runs in them is ended, since nobody has its streams any more; they are free rooms afterwards.
 */
export async function adoptContainers({ docker, home, rooms, maxRooms, log }: Adoption): Promise<void> {
  const found = await within(engineLimits.question, (abortSignal) =>
    docker.listContainers({ all: true, filters: ours(home), abortSignal }),
  );
  rooms.forget();
  await Promise.all(
    found.map(async ({ Id, Labels }) => {
      const container = docker.getContainer(Id);
      const workspaceId = Labels[labels.workspace] ?? '';
      const room = Number(Labels[labels.room]);
      if (!WorkspaceId.safeParse(workspaceId).success || !(room < maxRooms)) return removeContainer(container);
      try {
        await rooms.adopt(workspaceId, room, () => empty(container));
      } catch (error) {
        if (statusOf(error) === undefined) throw error;
        log.warn({ err: error, workspace: workspaceId, room }, 'a container could not be taken over; it is removed');
        await removeContainer(container);
      }
    }),
  );
  if (found.length > 0) log.info({ containers: found.length }, 'containers that were there are taken over');
}

/** Nothing but the first process runs in it any more. */
async function empty(container: Docker.Container): Promise<{ id: string; pid?: number } | undefined> {
  const before = await inspect(container);
  if (!before) return undefined;
  if (before.State.Paused)
    await unless(
      [404, 409, 500],
      within(engineLimits.question, () => container.unpause()),
    );
  if (!before.State.Running || (await sweep(container)) !== 'swept') return { id: before.Id };
  return { id: before.Id, pid: before.State.Pid };
}
