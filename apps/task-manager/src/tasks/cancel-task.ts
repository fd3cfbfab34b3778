import { isFinal, DomainError } from '@aicode/contracts';
import type { EntityManager } from 'typeorm';

import { TaskEntity } from './task.entity.js';

/** What a cancel has come to: it has ended at once, its runner must be told, or there was nothing left to do. */
export type CancelEffect = 'ended' | 'requested' | 'none';

/**
 * Cancelling is decided here. A waiting task ends at once (its turn's job finds other work or nothing); a running one is
 * marked, its runner stops it and writes the end of its log. A task that has ended otherwise can't be cancelled.
 */
export async function cancelTask(manager: EntityManager, task: TaskEntity, now: Date): Promise<CancelEffect> {
  if (task.state === 'cancelled') return 'none';
  if (isFinal(task.state)) {
    throw new DomainError(
      'task.not_cancellable',
      `Task ${task.id} has ended already (${task.state}); there is nothing to cancel.`,
    );
  }
  const time = now.toISOString();
  const pending = task.state === 'pending';
  const changes: Partial<TaskEntity> = pending
    ? {
        state: 'cancelled',
        reason: 'Cancelled while it waited.',
        reason_code: 'cancelled',
        due_at: null,
        ended_at: time,
        cancel_requested_at: time,
      }
    : { cancel_requested_at: task.cancel_requested_at ?? time };
  Object.assign(changes, { version: task.version + 1, updated_at: time });
  const done = await manager.update(TaskEntity, { id: task.id, version: task.version }, changes);
  if (done.affected !== 1) {
    // Somebody was quicker; look again in the same transaction. The caller's task becomes the true one, too.
    Object.assign(task, await manager.findOneByOrFail(TaskEntity, { id: task.id }));
    return cancelTask(manager, task, now);
  }
  Object.assign(task, changes);
  return pending ? 'ended' : 'requested';
}
