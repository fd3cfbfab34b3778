import type { Attempt } from '@aicode/contracts';

import type { AttemptEntity } from '../turns/attempt.entity.js';

/** An attempt as everybody outside sees it. */
export function viewAttempt(attempt: AttemptEntity): Attempt {
  return {
    number: attempt.number,
    state: attempt.state,
    outcome: attempt.outcome,
    reason: attempt.reason,
    claimed_at: attempt.claimed_at,
    started_at: attempt.started_at,
    ended_at: attempt.ended_at,
    terminal_seq: attempt.terminal_seq,
  };
}
