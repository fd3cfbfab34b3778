import { DomainError, type AttemptEnd, type FailureCode } from '@aicode/contracts';
import type { ExecExit } from '@aicode/sandbox';

import { missingCredentialMessage } from '../model-proxy/credential.js';
import type { ModelFailure } from '../model-proxy/proxied-process.js';
import type { CliMessage } from './describe-message.js';

/** Why the platform ends a turn before the CLI does. */
export type StopReason = 'cancelled' | 'timed_out' | 'hang' | 'log_too_large' | 'runner_stopping' | 'lease_lost';

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
}

type Ending = Pick<AttemptEnd, 'outcome' | 'code' | 'reason' | 'retry_after_ms'>;

/** How an attempt ended, from the facts, in the order in which they count. Whether it is tried again is task-manager's rule. */
export function endingOf(facts: TurnFacts): Ending {
  const { result } = facts;
  if (facts.stopped === 'log_too_large') return stoppedEnding(facts.stopped);
  if (result && result.is_error !== true) return ending('succeeded', null, null);
  if (facts.stopped) return stoppedEnding(facts.stopped);
  if (facts.modelFailure) return modelEnding(facts.modelFailure, result?.result ?? '');
  if (result)
    return ending(
      'failed',
      'task_error',
      result.result ?? result.errors?.join('; ') ?? `The CLI ended with ${result.subtype ?? 'an error'}.`,
    );
  if (facts.error instanceof DomainError) return ending('failed', 'executor_unavailable', facts.error.message);
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

function stoppedEnding(reason: StopReason): Ending {
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
    case 'runner_stopping':
      return ending('failed', 'runner_stopping', 'The platform was stopped while this attempt ran.');
    case 'lease_lost':
      return ending('failed', 'runner_lost', 'The runner of this attempt was lost.');
  }
}

function modelEnding(failure: ModelFailure, words: string): Ending {
  const { status, kind, retryAfterMs } = failure;
  if (kind === 'no_credential') return ending('failed', 'model_refused_credential', missingCredentialMessage);
  if (kind === 'silent')
    return ending('failed', 'model_unreachable', 'The model fell silent in the middle of its answer.');
  if (kind === 'unreachable' || status === null)
    return ending('failed', 'model_unreachable', 'The connection to the model API failed.');
  if (status === 401 || status === 403)
    return ending(
      'failed',
      'model_refused_credential',
      `The model API refused the credential (${status}). Check the API key of the platform.`,
    );
  if (status === 429)
    return ending('failed', 'model_rate_limited', `The model API's rate limit was reached (429).`, retryAfterMs);
  if (status === 529 || status >= 500)
    return ending('failed', 'model_overloaded', `The model API is overloaded or failing (${status}).`, retryAfterMs);
  return ending('failed', 'model_error', `The model API refused the request (${status}). ${words}`.trim());
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
