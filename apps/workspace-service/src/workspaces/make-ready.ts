import { platformActor } from '@aicode/contracts';
import type { ServiceContext } from '@aicode/service-kit';

import { deletionReasons } from './delete-workspace.js';
import { makeEmpty } from './make-files.js';
import { isAway, removeWorkspace, waitingForDisk } from './workspace-disk.js';
import type { WorkspaceRecords } from './workspace-records.js';
import type { WorkspaceEntity } from './workspace.entity.js';
import type { WorkspaceChange } from './workspaces.repository.js';

const tidyUpMs = 5000;

/**
 * Makes the files of an empty workspace within the request that creates it. One whose disk takes longer stays `creating`,
 * and the background work goes on with it. If it fails, nothing is left and the cause is thrown.
 */
export async function makeReady(
  context: ServiceContext,
  records: WorkspaceRecords,
  row: WorkspaceEntity,
): Promise<WorkspaceEntity> {
  try {
    // Whoever has sent the request waits for `bus.timeout` in all.
    await makeEmpty(context, row, { timeoutMs: context.config.bus.timeout / 2 });
  } catch (error) {
    if (isAway(error)) return whileCreating(records, row, { state_reason: waitingForDisk });
    if (await takeBack(context, records, row)) throw error;
    return asItIs(records, row);
  }
  return whileCreating(records, row, { state: 'ready', state_reason: null });
}

/** Only the background work may be quicker: it does the same, and goes on from whatever it finds. */
async function whileCreating(
  records: WorkspaceRecords,
  row: WorkspaceEntity,
  change: WorkspaceChange,
): Promise<WorkspaceEntity> {
  let now = row;
  while (now.state === 'creating') {
    const changed = await records.change(now, change);
    if (changed) return changed;
    now = await asItIs(records, row);
  }
  return now;
}

function asItIs(records: WorkspaceRecords, { id }: WorkspaceEntity): Promise<WorkspaceEntity> {
  return records.find(id, platformActor, { deleted: true });
}

/**
 * Nobody has heard of it yet: it goes without a trace. What cannot go now is left to the background work. False if that has
 * taken the workspace up already, and will say itself what is wrong.
 */
async function takeBack(context: ServiceContext, records: WorkspaceRecords, row: WorkspaceEntity): Promise<boolean> {
  const removing = await records.claim(row, { state: 'deleting', state_reason: deletionReasons.removing });
  if (removing === null) return false;
  try {
    await removeWorkspace(context, row.id, AbortSignal.timeout(tidyUpMs));
    await records.forget(removing);
  } catch (error) {
    context.log.warn({ err: error, workspace_id: row.id }, 'what a refused workspace has left is removed later');
    await records.tell(removing);
  }
  return true;
}
