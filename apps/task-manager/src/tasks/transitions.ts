import { isFinal, type TaskState } from '@aicode/contracts';

/**
 * A task's life (docs/architecture.md). A final state is never left; `starting` and `running` go back to `pending` only
 * for another attempt.
 */
const next: Record<TaskState, readonly TaskState[]> = {
  pending: ['starting', 'cancelled', 'failed'],
  starting: ['running', 'pending', 'succeeded', 'failed', 'cancelled', 'timed_out'],
  running: ['waiting_approval', 'pending', 'succeeded', 'failed', 'cancelled', 'timed_out'],
  waiting_approval: ['running', 'pending', 'succeeded', 'failed', 'cancelled', 'timed_out'],
  succeeded: [],
  failed: [],
  cancelled: [],
  timed_out: [],
};

export function mayBecome(from: TaskState, to: TaskState): boolean {
  return next[from].includes(to);
}

/** The states from which a task may come to another: the condition of a compare-and-swap in SQL. */
export function statesBefore(to: TaskState): TaskState[] {
  return taskStates.filter((from) => mayBecome(from, to));
}

const taskStates: TaskState[] = [
  'pending',
  'starting',
  'running',
  'waiting_approval',
  'succeeded',
  'failed',
  'cancelled',
  'timed_out',
];

/** An attempt of it is under way. */
export const activeStates = taskStates.filter((state) => state !== 'pending' && !isFinal(state));
export const unfinishedStates = taskStates.filter((state) => !isFinal(state));
