import { containersRpc, disksRpc, DomainError, platformActor, resolveContainer } from '@aicode/contracts';
import type { CallOptions, ServiceContext } from '@aicode/service-kit';

import { makePassage } from '../files/project-directory.js';
import { removeTree } from '../files/remove-tree.js';
import type { WorkspaceEntity } from './workspace.entity.js';

/** Shown while a workspace cannot be made for want of docker-manager. */
export const waitingForDisk = 'Its disk cannot be made yet: docker-manager does not answer. It is tried again.';

type Waiting = Pick<CallOptions, 'signal' | 'timeoutMs'>;

/** Whether its files are on a disk of ours: not those of a path bound in place, nor of a workspace from before there were disks. */
export function hasDisk({ id, project_path: path }: WorkspaceEntity, context: ServiceContext): boolean {
  return path === context.paths.workspace(id).project;
}

/**
 * Makes the workspace's directory and in it its disk, mounted where the mechanism mounts. May be called again, also to make
 * the disk larger. @throws DomainError storage.unavailable; docker-manager's own
 */
export async function prepareDisk(context: ServiceContext, row: WorkspaceEntity, waiting: Waiting): Promise<void> {
  const { dir, disk } = context.paths.workspace(row.id);
  await makePassage(dir);
  if (!hasDisk(row, context)) return;
  await growDisk(context, row, waiting);
  await makePassage(disk);
}

/** Tells docker-manager how large the disk is now. */
export async function growDisk(context: ServiceContext, row: WorkspaceEntity, waiting: Waiting): Promise<void> {
  const { disk: bytes } = resolveContainer(row.container, context.config.docker);
  const disks = context.rpc.client(disksRpc);
  // Who may have a disk is decided here; that there is one is the platform's business.
  await disks.prepare({ workspace_id: row.id, bytes }, { ...waiting, actor: platformActor });
}

/** Removes all that the platform has made of a workspace: containers, disk, directory. A path bound in place is not touched. */
export async function removeWorkspace(context: ServiceContext, id: string, signal: AbortSignal): Promise<void> {
  await context.rpc.client(containersRpc).release({ workspace_id: id }, { signal, actor: platformActor });
  await removeTree(context.paths.workspace(id).dir, signal);
}

/** Whether docker-manager did not answer, or not in time: it may later. */
export function isAway(error: unknown): boolean {
  return error instanceof DomainError && (error.code === 'bus.timeout' || error.code === 'bus.unavailable');
}
