import { DomainError, isFinal, type Priority } from '@aicode/contracts';
import type { EntityManager } from 'typeorm';

import { priorityRank, TaskEntity } from './task.entity.js';

/**
 * Gives a waiting task another priority; false if it had it already. Whether the task still waits is decided by the write
 * itself: a claim at the same moment wins or loses, and never runs it at the wrong place.
 * @throws DomainError task.not_pending
 */
export async function changePriority(
  manager: EntityManager,
  task: TaskEntity,
  priority: Priority,
  now: Date,
): Promise<boolean> {
  if (task.state !== 'pending') throw notPending(task);
  if (task.priority === priorityRank[priority]) return false;
  const changes = { priority: priorityRank[priority], version: task.version + 1, updated_at: now.toISOString() };
  const done = await manager.update(TaskEntity, { id: task.id, state: 'pending', version: task.version }, changes);
  if (done.affected !== 1) {
    // Somebody was quicker; look again in the same transaction. The caller's task becomes the true one, too.
    Object.assign(task, await manager.findOneByOrFail(TaskEntity, { id: task.id }));
    return changePriority(manager, task, priority, now);
  }
  Object.assign(task, changes);
  return true;
}

function notPending({ id, state }: TaskEntity): DomainError {
  return new DomainError(
    'task.not_pending',
    isFinal(state)
      ? `Task ${id} has ended already (${state}); its priority counts no more.`
      : `Task ${id} has begun already (${state}); only a task that waits can get another priority.`,
  );
}
