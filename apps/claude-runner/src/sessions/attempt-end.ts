import { DomainError, type AttemptEnd, type FailureCode } from '@aicode/contracts';
import type { ExecExit } from '@aicode/sandbox';

import type { ModelFailure } from '../model-proxy/proxied-process.js';
import type { CliMessage } from './describe-message.js';
import { budgetLoss, containerLoss, modelLoss, startLoss, type Allowed, type Loss } from './losses.js';

const stopReasons = [
  'cancelled',
  'timed_out',
  'hang',
  'log_too_large',
  'budget_exceeded',
  'runner_stopping',
  'lease_lost',
] as const;

/** Why the platform ends a turn before the CLI does. */
export type StopReason = (typeof stopReasons)[number];

export function stopReasonOf(signal: AbortSignal): StopReason | null {
  const reason: unknown = signal.aborted ? signal.reason : null;
  return stopReasons.find((candidate) => candidate === reason) ?? null;
}

/** All that is known when a turn is over. */
export interface TurnFacts {
  stopped: StopReason | null;
  result: CliMessage | null;
  /** The conversation of an earlier attempt was taken up. */
  resumed: boolean;
  /** The newest failure of the model that no success followed. */
  modelFailure: ModelFailure | null;
  exit: ExecExit | null;
  /** The last lines of stderr. */
  stderr: string;
  /** What kept the CLI from being started or spoken to. */
  error: unknown;
  allowed: Allowed;
}

type Ending = Pick<AttemptEnd, 'outcome' | 'code' | 'reason' | 'retry_after_ms'>;

/** How an attempt ended, from the facts, in the order in which they count. Whether it is tried again is task-manager's rule. */
export function endingOf(facts: TurnFacts): Ending {
  const { result } = facts;
  if (facts.stopped === 'log_too_large') return stoppedEnding(facts.stopped, facts.allowed);
  if (result && result.is_error !== true) return ending('succeeded', null, null);
  if (facts.stopped) return stoppedEnding(facts.stopped, facts.allowed);
  if (facts.exit?.reason) return lost(containerLoss(facts.exit.reason, facts.allowed));
  if (facts.modelFailure) return lost(modelLoss(facts.modelFailure, result?.result ?? ''));
  if (result)
    return ending(
      'failed',
      'task_error',
      result.result ?? result.errors?.join('; ') ?? `The CLI ended with ${result.subtype ?? 'an error'}.`,
    );
  if (facts.error instanceof DomainError) return lost(startLoss(facts.error));
  return ending('failed', 'cli_failed', exitReason(facts));
}

function ending(
  outcome: AttemptEnd['outcome'],
  code: FailureCode | null,
  reason: string | null,
  retryAfterMs: number | null = null,
): Ending {
  return {
    outcome,
    code,
    reason: reason === null ? null : reason.replaceAll('\0', '').slice(0, 2000),
    retry_after_ms: retryAfterMs,
  };
}

function lost({ code, reason, retryAfterMs = null }: Loss): Ending {
  return ending('failed', code, reason, retryAfterMs);
}

function stoppedEnding(reason: StopReason, allowed: Allowed): Ending {
  switch (reason) {
    case 'cancelled':
      return ending('cancelled', 'cancelled', 'Cancelled.');
    case 'timed_out':
      return ending('timed_out', 'timed_out', 'The time limit was reached.');
    case 'hang':
      return ending(
        'failed',
        'hang',
        'Claude Code said nothing for too long while nothing was at work, so it was ended.',
      );
    case 'log_too_large':
      return ending('failed', 'log_too_large', 'The log grew larger than logs.max_attempt allows.');
    case 'budget_exceeded':
      return lost(budgetLoss(allowed));
    case 'runner_stopping':
      return ending('failed', 'runner_stopping', 'The platform was stopped while this attempt ran.');
    case 'lease_lost':
      return ending('failed', 'runner_lost', 'The runner of this attempt was lost.');
  }
}

function exitReason({ exit, stderr, error }: TurnFacts): string {
  const how = exit?.signal
    ? `was ended by ${exit.signal}`
    : exit
      ? `ended with exit code ${exit.code ?? 'unknown'}`
      : 'could not be started';
  const why = stderr.trim() || (error instanceof Error ? error.message : '');
  return `Claude Code ${how} before it had finished${why ? `: ${why}` : '.'}`;
}
