import { setTimeout as delay } from 'node:timers/promises';

import { DomainError, tasksRpc } from '@aicode/contracts';
import type { ServiceContext } from '@aicode/service-kit';

import { decideLeftDeletion, deletionReasons, isDecided } from './delete-workspace.js';
import { removeWorkspace } from './workspace-disk.js';
import type { WorkspaceRecords } from './workspace-records.js';
import type { WorkspaceEntity } from './workspace.entity.js';

/** How long a workspace's tasks are waited for in one go (milliseconds): doubling from the first pause up to the longest. */
export interface Patience {
  firstMs: number;
  longestMs: number;
  totalMs: number;
}

const usualPatience: Patience = { firstMs: 50, longestMs: 2000, totalMs: 60_000 };

/**
 * Does what a deletion has left to do, from wherever an earlier run has stopped: cancels what runs, waits for the end, and
 * removes what the platform has made. A local path is never touched. Resolves when it is done, or when tasks do not end in
 * time: then somebody has to call again.
 */
export async function finishDeletion(
  context: ServiceContext,
  records: WorkspaceRecords,
  row: WorkspaceEntity,
  signal: AbortSignal,
  patience: Patience = usualPatience,
): Promise<void> {
  if (!isDecided(row)) return decideLeftDeletion(context, records, row);
  const active = await tasksEnd(context, row.id, signal, patience);
  if (active > 0) {
    const reason = `${deletionReasons.cancelling.slice(0, -1)}; ${active} of them have not ended yet.`;
    context.log.warn({ workspace_id: row.id, active }, 'a workspace cannot be removed: its cancelled tasks do not end');
    await records.change(row, { state_reason: reason });
    return;
  }
  try {
    await removeWorkspace(context, row.id, signal);
  } catch (error) {
    signal.throwIfAborted();
    const reason = `${deletionReasons.removing.slice(0, -1)}; that is tried again: ${wordsOf(error)}`;
    if (row.state_reason !== reason) await records.change(row, { state_reason: reason });
    throw error;
  }
  const time = new Date().toISOString();
  await records.change(row, { deleted_at: time, state_reason: deletionReasons.deleted });
}

function wordsOf(error: unknown): string {
  return error instanceof DomainError ? error.message : 'its files could not be removed.';
}

/** How many have not ended when patience is over. */
async function tasksEnd(
  context: ServiceContext,
  id: string,
  signal: AbortSignal,
  { firstMs, longestMs, totalMs }: Patience,
): Promise<number> {
  const tasks = context.rpc.client(tasksRpc);
  const end = performance.now() + totalMs;
  for (let pause = firstMs; ; pause = Math.min(pause * 2, longestMs)) {
    // Cancelling is said again each time: what it told a runner may have been lost.
    await tasks.cancelAll({ workspace_id: id }, { signal });
    const { active } = await tasks.countActive({ workspace_id: id }, { signal });
    if (active === 0 || performance.now() > end) return active;
    await delay(pause, undefined, { signal });
  }
}
