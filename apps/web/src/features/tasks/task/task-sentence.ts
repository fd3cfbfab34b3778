import type { Task } from '@aicode/contracts';

export type SentenceKey = 'state' | 'stopping' | 'slot' | 'workspace' | 'backoff';

/** Which sentence says best how a task stands, where the platform gives no reason of its own. */
export function sentenceKey(task: Pick<Task, 'state' | 'wait_reason' | 'cancel_requested'>): SentenceKey {
  if (task.cancel_requested && (task.state === 'running' || task.state === 'starting')) return 'stopping';
  return task.state === 'pending' && task.wait_reason !== null ? task.wait_reason : 'state';
}
