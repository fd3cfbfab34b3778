import { DomainError, tasksRpc, type Actor } from '@aicode/contracts';
import type { ServiceContext } from '@aicode/service-kit';

import { isCloned } from './make-files.js';
import type { WorkspaceRecords } from './workspace-records.js';
import type { WorkspaceEntity } from './workspace.entity.js';
import type { WorkspaceChange } from './workspaces.repository.js';

/**
 * What a deletion waits for, as people read it. `checking` is not decided yet: no new task is taken any more, but one may
 * have come in the moment before, and then the workspace stays.
 */
export const deletionReasons = {
  checking: 'It is checked that no task is at work here.',
  cancelling: 'Its tasks are being cancelled.',
  removing: 'It is being removed.',
  deleted: 'It has been deleted.',
} as const;

/** Each round is lost only to a request that got further: a few are enough. */
const maxRounds = 20;

/**
 * Decides a deletion; the background work does it. Deleting again is no error.
 * @throws DomainError workspace.not_found; workspace.has_running_tasks without `force`
 */
export async function deleteWorkspace(
  context: ServiceContext,
  records: WorkspaceRecords,
  { id, force, actor }: { id: string; force: boolean; actor: Actor },
): Promise<void> {
  for (let round = 0; round < maxRounds; round += 1) {
    const row = await records.find(id, actor, { deleted: true });
    if (row.deleted_at !== null || isDecided(row)) return;
    if (force) {
      if (await records.change(row, { state: 'deleting', state_reason: deletionReasons.cancelling })) return;
    } else if (row.state === 'deleting') {
      // Another request is about to decide, or has crashed: whoever is first decides for both.
      if (await decide(context, records, row, await stateBefore(row))) return;
    } else {
      refuseIfBusy(row, await countActive(context, id));
      const checking = await records.change(row, { state: 'deleting', state_reason: deletionReasons.checking });
      if (checking && (await decide(context, records, checking, pick(row)))) return;
    }
  }
  throw new DomainError('storage.busy', 'Others change this workspace all the time. Try again in a moment.', {
    retry_after_s: 1,
  });
}

/** A deletion that was left undecided by a crash: it goes on if no task has come, else the workspace is as it was. */
export async function decideLeftDeletion(
  context: ServiceContext,
  records: WorkspaceRecords,
  row: WorkspaceEntity,
): Promise<void> {
  try {
    await decide(context, records, row, await stateBefore(row));
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'workspace.has_running_tasks')) throw error;
  }
}

export function isDecided(row: WorkspaceEntity): boolean {
  return row.state === 'deleting' && row.state_reason !== deletionReasons.checking;
}

/** False if somebody else has changed the row: look again. @throws DomainError workspace.has_running_tasks, all as before */
async function decide(
  context: ServiceContext,
  records: WorkspaceRecords,
  row: WorkspaceEntity,
  before: WorkspaceChange,
): Promise<boolean> {
  const active = await countActive(context, row.id);
  if (active === 0) return (await records.change(row, { state_reason: deletionReasons.removing })) !== null;
  if ((await records.change(row, before)) === null) return false;
  return refuseIfBusy(row, active);
}

function refuseIfBusy(row: WorkspaceEntity, active: number): false {
  if (active === 0) return false;
  const tasks = active === 1 ? '1 task that has not ended' : `${active} tasks that have not ended`;
  throw new DomainError(
    'workspace.has_running_tasks',
    `The workspace ${JSON.stringify(row.name)} has ${tasks}. Wait for the end, cancel, or delete with force, which cancels them first.`,
  );
}

async function countActive(context: ServiceContext, id: string): Promise<number> {
  const { active } = await context.rpc.client(tasksRpc).countActive({ workspace_id: id });
  return active;
}

function pick({ state, state_reason }: WorkspaceEntity): WorkspaceChange {
  return { state, state_reason };
}

/** What an undecided workspace was before, as far as it can be seen: a clone that is not there is made again. */
async function stateBefore(row: WorkspaceEntity): Promise<WorkspaceChange> {
  const whole = row.source_type !== 'git' || (await isCloned(row));
  return { state: whole ? 'ready' : 'creating', state_reason: null };
}
