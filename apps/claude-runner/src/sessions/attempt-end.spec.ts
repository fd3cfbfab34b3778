import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@aicode/contracts';

import { endingOf, type StopReason, type TurnFacts } from './attempt-end.js';
import { sizeInWords } from './losses.js';

const facts: TurnFacts = {
  stopped: null,
  result: null,
  resumed: false,
  modelFailure: null,
  exit: { code: 1, signal: null },
  stderr: '',
  error: null,
  allowed: { workspace: 'ws_1', memory: 2 * 1024 ** 3, disk: 1.5 * 1024 ** 3, costUsd: 0.5 },
};
const failedResult = { type: 'result', subtype: 'success', is_error: true, result: 'API Error' };
const status = (code: number, retryAfterMs: number | null = null) => ({
  status: code,
  kind: 'status' as const,
  retryAfterMs,
});

describe('endingOf', () => {
  it('takes a good result for success, whatever else went wrong on the way', () => {
    const result = { type: 'result', subtype: 'success', is_error: false };
    expect(endingOf({ ...facts, result, stopped: 'cancelled', modelFailure: status(529) }).outcome).toBe('succeeded');
  });

  it.each<[StopReason, string, string]>([
    ['cancelled', 'cancelled', 'cancelled'],
    ['timed_out', 'timed_out', 'timed_out'],
    ['hang', 'failed', 'hang'],
    ['log_too_large', 'failed', 'log_too_large'],
    ['budget_exceeded', 'failed', 'budget_exceeded'],
    ['runner_stopping', 'failed', 'runner_stopping'],
    ['lease_lost', 'failed', 'runner_lost'],
  ])('stopped because of %s', (stopped, outcome, code) => {
    expect(endingOf({ ...facts, stopped, result: failedResult })).toMatchObject({ outcome, code });
  });

  it.each<['oom' | 'disk_full' | 'engine_lost', string, RegExp]>([
    ['oom', 'out_of_memory', /the container has \(2 GB\).*aicli workspace update ws_1 --memory 4g\.$/],
    ['disk_full', 'disk_full', /is full \(1\.5 GB\).*aicli workspace update ws_1 --disk 3g\.$/],
    ['engine_lost', 'engine_lost', /^The Docker engine/],
  ])('a container that ended it: %s', (reason, code, words) => {
    const exit = { code: null, signal: null, reason };
    // What the model did last has nothing to do with it.
    expect(endingOf({ ...facts, exit, modelFailure: status(500) })).toMatchObject({
      outcome: 'failed',
      code,
      reason: expect.stringMatching(words),
    });
    expect(endingOf({ ...facts, exit, stopped: 'cancelled' }).outcome).toBe('cancelled');
  });

  it('names the budget that is used up', () => {
    expect(endingOf({ ...facts, stopped: 'budget_exceeded' }).reason).toContain('The budget of $0.5 is used up');
  });

  it.each([
    ['container.engine_lost', 'engine_lost'],
    ['container.image_missing', 'executor_unavailable'],
    ['container.image_unfit', 'executor_unavailable'],
    ['executor.refused', 'executor_unavailable'],
  ] as const)('a start that failed by %s', (code, expected) => {
    const error = new DomainError(code, 'Build it: aicli image build.');
    expect(endingOf({ ...facts, exit: null, error })).toMatchObject({ code: expected, reason: error.message });
  });

  it('says sizes as people read them', () => {
    expect([0, 512, 64 * 1024 ** 2, 1536 * 1024 ** 2, 3 * 1024 ** 5].map(sizeInWords)).toEqual([
      '0 B',
      '512 B',
      '64 MB',
      '1.5 GB',
      '3072 TB',
    ]);
  });

  it.each<[number, string]>([
    [401, 'model_refused_credential'],
    [403, 'model_refused_credential'],
    [429, 'model_rate_limited'],
    [500, 'model_overloaded'],
    [529, 'model_overloaded'],
    [400, 'model_error'],
  ])('a model that answered %s', (code, expected) => {
    expect(endingOf({ ...facts, result: failedResult, modelFailure: status(code) }).code).toBe(expected);
  });

  it('passes on how long the model asked to wait', () => {
    expect(endingOf({ ...facts, modelFailure: status(429, 7000) }).retry_after_ms).toBe(7000);
  });

  it.each<['unreachable' | 'silent' | 'no_credential', string]>([
    ['unreachable', 'model_unreachable'],
    ['silent', 'model_unreachable'],
    ['no_credential', 'model_refused_credential'],
  ])('a model that was %s', (kind, expected) => {
    const modelFailure = { status: null, kind, retryAfterMs: null };
    expect(endingOf({ ...facts, modelFailure }).code).toBe(expected);
  });

  it("takes the task's own failure from the result", () => {
    expect(endingOf({ ...facts, result: failedResult })).toMatchObject({ code: 'task_error', reason: 'API Error' });
    expect(endingOf({ ...facts, result: { type: 'result', is_error: true, errors: ['a', 'b'] } }).reason).toBe('a; b');
    expect(endingOf({ ...facts, result: { type: 'result', is_error: true } }).reason).toBe(
      'The CLI ended with an error.',
    );
  });

  it('explains a CLI that ended early or never began', () => {
    expect(endingOf({ ...facts, stderr: 'boom\n' })).toMatchObject({
      code: 'cli_failed',
      reason: 'Claude Code ended with exit code 1 before it had finished: boom',
    });
    expect(endingOf({ ...facts, exit: { code: null, signal: 'SIGKILL' } }).reason).toContain('was ended by SIGKILL');
    expect(endingOf({ ...facts, exit: null, error: new Error('no') }).reason).toBe(
      'Claude Code could not be started before it had finished: no',
    );
    const refused = new DomainError('executor.refused', 'The project belongs to root.');
    expect(endingOf({ ...facts, exit: null, error: refused })).toMatchObject({
      code: 'executor_unavailable',
      reason: refused.message,
    });
  });
});
