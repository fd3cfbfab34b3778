import { DomainError } from '@aicode/contracts';
import type { ServiceContext } from '@aicode/service-kit';

import type { PlatformExecutor } from '../files/platform-executor.js';
import { makeClone, makeEmpty } from './make-files.js';
import { isAway, waitingForDisk } from './workspace-disk.js';
import type { WorkspaceRecords } from './workspace-records.js';
import type { WorkspaceEntity } from './workspace.entity.js';

/**
 * Does what a creation has left to do: to `ready`, or to `failed` with the reason. Rejects with the signal's reason when it
 * is stopped, and while docker-manager is away; the row stays `creating`, for whoever takes it up again.
 */
export async function finishCreation(
  context: ServiceContext,
  records: WorkspaceRecords,
  executor: PlatformExecutor,
  row: WorkspaceEntity,
  signal: AbortSignal,
): Promise<void> {
  const claimed = await records.claim(row);
  if (claimed === null) return;
  try {
    if (row.source_type === 'git') await makeClone(context, executor, row, signal);
    else await makeEmpty(context, row, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (isAway(error)) {
      if (row.state_reason !== waitingForDisk) await records.change(claimed, { state_reason: waitingForDisk });
      throw error;
    }
    context.log.warn({ err: error, workspace_id: row.id }, 'a workspace could not be created');
    await records.change(claimed, { state: 'failed', state_reason: reasonFor(error) });
    return;
  }
  await records.change(claimed, { state: 'ready', state_reason: null });
}

function reasonFor(error: unknown): string {
  if (error instanceof DomainError) return error.message;
  return 'The platform could not make its files. The log of workspace-service has the cause.';
}
