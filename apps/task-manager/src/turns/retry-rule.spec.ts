import { describe, expect, it } from '@jest/globals';
import { FailureCode, type AttemptEnd } from '@aicode/contracts';

import { decide } from './retry-rule.js';

const limits = { backoffBaseMs: 1000, backoffMaxMs: 10_000 };
const first = { attempt: 1, maxAttempts: 3, cancelRequested: false };
const failed = (code: FailureCode | null, retryAfterMs: number | null = null): AttemptEnd => ({
  outcome: 'failed',
  code,
  reason: 'why',
  retry_after_ms: retryAfterMs,
  usage: null,
});

describe('retry rule', () => {
  it.each(['succeeded', 'cancelled', 'timed_out'] as const)('%s is final', (outcome) => {
    expect(decide({ ...failed(null), outcome }, first, limits, 0)).toEqual({ final: outcome });
  });

  it.each<[FailureCode, boolean]>([
    ['model_overloaded', true],
    ['model_rate_limited', true],
    ['model_unreachable', true],
    ['hang', true],
    ['runner_lost', true],
    ['runner_stopping', true],
    ['engine_lost', true],
    ['model_refused_credential', false],
    ['model_error', false],
    ['executor_unavailable', false],
    ['out_of_memory', false],
    ['disk_full', false],
    ['budget_exceeded', false],
    ['cli_failed', false],
    ['task_error', false],
    ['log_too_large', false],
    ['workspace_gone', false],
  ])('%s is tried again: %s', (code, again) => {
    expect('retryInMs' in decide(failed(code), first, limits, 0)).toBe(again);
  });

  it('has a rule for every code', () => {
    for (const code of FailureCode.options) expect(decide(failed(code), first, limits, 0)).toBeDefined();
  });

  it('stops at the last attempt, and when a cancel was asked for', () => {
    expect(decide(failed('hang'), { ...first, attempt: 3 }, limits, 0)).toEqual({ final: 'failed' });
    expect(decide(failed('hang'), { ...first, cancelRequested: true }, limits, 0)).toEqual({ final: 'cancelled' });
    expect(decide(failed(null), first, limits, 0)).toEqual({ final: 'failed' });
  });

  it('doubles the wait, half of it jitter, up to the longest', () => {
    const wait = (attempt: number, random: number) =>
      decide(failed('hang'), { ...first, attempt, maxAttempts: 9 }, limits, random);
    expect(wait(1, 0)).toEqual({ retryInMs: 500 });
    expect(wait(1, 0.5)).toEqual({ retryInMs: 750 });
    expect(wait(2, 0)).toEqual({ retryInMs: 1000 });
    expect(wait(8, 0.999999)).toEqual({ retryInMs: 10_000 });
  });

  it('waits at least as long as the model asked', () => {
    expect(decide(failed('model_rate_limited', 60_000), first, limits, 0)).toEqual({ retryInMs: 60_000 });
  });
});
