import { isDeepStrictEqual } from 'node:util';

import { DomainError, resolveContainer, type Actor, type UpdateWorkspace } from '@aicode/contracts';
import type { ServiceContext } from '@aicode/service-kit';

import { canonicalName } from './canonical-name.js';
import { changeSettings, refuseBeyondLimits } from './change-settings.js';
import { growDisk, hasDisk } from './workspace-disk.js';
import type { WorkspaceRecords } from './workspace-records.js';
import type { WorkspaceEntity } from './workspace.entity.js';

/** Each round is lost only to a change that got through: a few are enough. */
const maxRounds = 20;

/**
 * Changes what is named, all or nothing. The containers take it up when they start the next time; a larger disk is there at
 * once. @throws DomainError workspace.not_found, workspace.deleting, workspace.name_taken, request.invalid; docker-manager's own
 */
export async function updateWorkspace(
  context: ServiceContext,
  records: WorkspaceRecords,
  { id, change, actor }: { id: string; change: UpdateWorkspace; actor: Actor },
): Promise<WorkspaceEntity> {
  const { container: asked = {}, name } = change;
  refuseBeyondLimits(asked, context.config.docker);
  for (let round = 0; round < maxRounds; round += 1) {
    const row = await records.find(id, actor);
    if (row.state === 'deleting') {
      throw new DomainError('workspace.deleting', 'This workspace is being deleted; it cannot be changed any more.');
    }
    const wanted = {
      name: name === undefined ? row.name : canonicalName(name),
      container: changeSettings(row.container, asked),
    };
    if (isDeepStrictEqual(wanted, { name: row.name, container: row.container })) return row;
    await growIfLarger(context, row, { ...row, ...wanted });
    const changed = await records.change(row, wanted);
    if (changed) return changed;
  }
  throw new DomainError('storage.busy', 'Others change this workspace all the time. Try again in a moment.', {
    retry_after_s: 1,
  });
}

/** Before the row says so: a disk that cannot grow refuses the change, one that is larger than its row does no harm. */
async function growIfLarger(context: ServiceContext, before: WorkspaceEntity, after: WorkspaceEntity): Promise<void> {
  // While it is being created the disk is made as its row says, or grown by the try after.
  if (before.state !== 'ready' || !hasDisk(before, context)) return;
  const sizeOf = (row: WorkspaceEntity) => resolveContainer(row.container, context.config.docker).disk;
  if (sizeOf(after) > sizeOf(before)) await growDisk(context, after, { timeoutMs: context.config.bus.timeout / 2 });
}
