import { ApiError, ServerUnreachable } from '@aicode/api-client';
import { DomainError, type ErrorCode } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { exitCodeOf, exitCodeOfTask } from './exit-codes.js';
import { CliFailure, failureJson, failureLines, failureOf } from './failure.js';

const local = { localServer: true, serverFlag: '', tokenGiven: false };
const remote = { localServer: false, serverFlag: ' --server https://x', tokenGiven: false };

describe('exit codes', () => {
  it.each<[ErrorCode, number]>([
    ['request.invalid', 2],
    ['workspace.name_taken', 2],
    ['config.invalid', 2],
    ['auth.required', 3],
    ['auth.session_ended', 3],
    ['auth.forbidden', 3],
    ['workspace.not_found', 4],
    ['task.not_found', 4],
    ['platform.not_running', 5],
    ['bus.unavailable', 5],
    ['internal', 1],
  ])('say %s as %d', (code, exitCode) => {
    expect(exitCodeOf(new DomainError(code, 'x'))).toBe(exitCode);
  });

  it('say how a task ended', () => {
    const states = [
      'succeeded',
      'failed',
      'timed_out',
      'cancelled',
      'running',
      'pending',
      'starting',
      'waiting_approval',
    ] as const;
    expect(states.map((state) => exitCodeOfTask({ state }))).toEqual([0, 1, 124, 130, 0, 0, 0, 0]);
  });
});

describe('a failure', () => {
  it('says what to do next', () => {
    const gone = new ServerUnreachable('http://x', 'refused', 'It is gone.');
    expect(failureLines(failureOf(gone, local))).toEqual(['It is gone.', 'Start it: aicli up --detach']);
    expect(failureLines(failureOf(gone, remote))[1]).toContain('--server');
    expect(failureOf(new ApiError('auth.session_ended', 'x', 401, null), remote).next).toBe(
      'Sign in: aicli login --server https://x',
    );
    expect(failureOf(new ApiError('auth.forbidden', 'x', 403, null), local).next).toBeNull();
    expect(failureOf(new ApiError('task.not_found', 'x', 404, null), local).next).toContain('aicli task list');
  });

  it('says in its own words that one has to sign in', () => {
    const required = new ApiError('auth.required', 'Sign in first: send Authorization: Bearer <x>.', 401, null);
    expect(failureLines(failureOf(required, local))).toEqual(['You are not signed in.', 'Sign in: aicli login']);
  });

  it('advises no sign-in where AICLI_TOKEN has the word', () => {
    const invalid = new ApiError('auth.token_invalid', 'The token is not valid.', 401, null);
    expect(failureOf(invalid, { ...remote, tokenGiven: true }).next).toBe('Correct or unset AICLI_TOKEN.');
    expect(failureOf(new ApiError('auth.forbidden', 'x', 403, null), { ...remote, tokenGiven: true }).next).toBeNull();
  });

  it('adds nothing where the platform says how to mend it', () => {
    const root = 'This directory belongs to root. Give it to an ordinary user: chown -R 1:1 /x';
    expect(failureLines(failureOf(new ApiError('workspace.path_not_allowed', root, 422, null), local))).toEqual([root]);
  });

  it('names every field when several are wrong, and the request where only the log has more', () => {
    const fields = [
      { path: 'a', message: 'is long' },
      { path: 'b\u001b[2J', message: 'is short' },
    ];
    const invalid = new DomainError('request.invalid', 'Two things are wrong.', { fields });
    expect(failureLines(failureOf(invalid, local))).toEqual(['Two things are wrong.', '  a: is long', '  b: is short']);
    const internal = new ApiError('internal', 'Something went wrong.', 500, 'req_1');
    expect(failureLines(failureOf(internal, local))[1]).toContain('req_1');
    expect(failureJson(failureOf(internal, local))).toEqual({
      error: { code: 'internal', message: 'Something went wrong.', request_id: 'req_1', exit_code: 1 },
    });
    expect(failureJson(failureOf(invalid, local))).toMatchObject({
      error: { fields: [{ path: 'a' }, {}], exit_code: 2 },
    });
  });

  it('is of us when it is nobody else’s', () => {
    expect(failureOf(new CliFailure(7, 'no', 'go on'), local)).toMatchObject({
      exitCode: 7,
      message: 'no',
      next: 'go on',
    });
    expect(failureOf(new TypeError('undefined is not'), local)).toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('fault of aicli'),
    });
    expect(failureOf('text', local).message).toContain('text');
  });
});
