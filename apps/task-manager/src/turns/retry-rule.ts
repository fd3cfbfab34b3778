import type { AttemptEnd, FailureCode, TaskState } from '@aicode/contracts';

/** What may pass later by itself. A task that failed by its own fault is not tried again. */
const passing: Record<FailureCode, boolean> = {
  model_overloaded: true,
  model_rate_limited: true,
  model_unreachable: true,
  hang: true,
  runner_lost: true,
  runner_stopping: true,
  engine_lost: true,
  model_refused_credential: false,
  model_error: false,
  executor_unavailable: false,
  out_of_memory: false,
  disk_full: false,
  budget_exceeded: false,
  cli_failed: false,
  task_error: false,
  log_too_large: false,
  timed_out: false,
  cancelled: false,
  workspace_gone: false,
};

export interface RetryLimits {
  backoffBaseMs: number;
  backoffMaxMs: number;
}

export type Decision = { final: Exclude<TaskState, 'pending'> } | { retryInMs: number };

/**
 * Final or another attempt, decided here and nowhere else.
 * @param random 0 ≤ random < 1, for the jitter
 */
export function decide(
  end: AttemptEnd,
  task: { attempt: number; maxAttempts: number; cancelRequested: boolean },
  limits: RetryLimits,
  random: number,
): Decision {
  if (end.outcome !== 'failed') return { final: end.outcome };
  if (task.cancelRequested) return { final: 'cancelled' };
  const again = end.code !== null && passing[end.code] && task.attempt < task.maxAttempts;
  if (!again) return { final: 'failed' };
  return { retryInMs: Math.max(backoff(task.attempt, limits, random), end.retry_after_ms ?? 0) };
}

/** Exponential, with half of it jitter: attempts that failed together do not come back together. */
function backoff(attempt: number, limits: RetryLimits, random: number): number {
  const full = Math.min(limits.backoffBaseMs * 2 ** (attempt - 1), limits.backoffMaxMs);
  return Math.round(full / 2 + (full / 2) * random);
}
