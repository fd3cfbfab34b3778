import type { AttemptEnd } from '@aicode/contracts';
import type { EntityManager } from 'typeorm';

import { LogTerminalEntity } from '../logs/log.entity.js';
import { TaskEntity } from '../tasks/task.entity.js';
import { AttemptEntity } from './attempt.entity.js';
import { decide, type Decision, type RetryLimits } from './retry-rule.js';
import { SlotEntity } from './slot.entity.js';
import { nextGeneration } from './slots.js';

/**
 * Applies the terminal entry of an attempt, inside the transaction that stores it: ends the attempt, frees its slot,
 * and makes the task final or pending again. UNIQUE(task, attempt) refuses a second end.
 */
export async function endAttempt(
  manager: EntityManager,
  terminal: { taskId: string; attempt: number; seq: number; end: AttemptEnd },
  limits: RetryLimits,
  now: Date,
): Promise<Decision> {
  const { taskId, end } = terminal;
  await manager.insert(LogTerminalEntity, { task_id: taskId, attempt: terminal.attempt, seq: terminal.seq });
  const attempt = await manager.findOneByOrFail(AttemptEntity, { task_id: taskId, number: terminal.attempt });
  const time = now.toISOString();
  await manager.update(
    AttemptEntity,
    { id: attempt.id },
    { state: 'closed', ended_at: time, outcome: end.outcome, reason: end.reason, terminal_seq: terminal.seq },
  );
  const slot = await manager.findOneBy(SlotEntity, { attempt_id: attempt.id });
  if (slot) await nextGeneration(manager, slot, null);

  const task = await manager.findOneByOrFail(TaskEntity, { id: taskId });
  const ofTask = {
    attempt: task.attempt,
    maxAttempts: task.max_attempts,
    cancelRequested: task.cancel_requested_at !== null,
  };
  const decision = decide(end, ofTask, limits, Math.random());
  const final = 'final' in decision;
  await manager.update(
    TaskEntity,
    { id: taskId },
    {
      state: final ? decision.final : 'pending',
      reason: end.reason,
      reason_code: end.code,
      due_at: final ? null : new Date(now.getTime() + decision.retryInMs).toISOString(),
      ended_at: final ? time : null,
      usage: addUsage(task.usage, end.usage),
      version: task.version + 1,
      updated_at: time,
    },
  );
  return decision;
}

/** A task's usage is that of all its attempts. */
function addUsage(before: TaskEntity['usage'], more: AttemptEnd['usage']): TaskEntity['usage'] {
  if (!before || !more) return before ?? more;
  return {
    input_tokens: before.input_tokens + more.input_tokens,
    output_tokens: before.output_tokens + more.output_tokens,
    cache_read_tokens: before.cache_read_tokens + more.cache_read_tokens,
    cache_write_tokens: before.cache_write_tokens + more.cache_write_tokens,
    cost_usd: before.cost_usd + more.cost_usd,
  };
}
