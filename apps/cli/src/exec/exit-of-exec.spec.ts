import type { ExecExit } from '@aicode/exec-stream';
import { describe, expect, it } from '@jest/globals';

import { exitOfExec, reasonOfExec } from './exit-of-exec.js';

const anExit = (changes: Partial<ExecExit>): ExecExit => ({ code: null, signal: null, reason: null, ...changes });

describe('exitOfExec', () => {
  it.each<[Partial<ExecExit>, boolean, number]>([
    [{ code: 0 }, false, 0],
    [{ code: 42 }, false, 42],
    [{ signal: 'SIGSEGV' }, false, 139],
    [{ signal: 'SIGKILL', reason: 'oom' }, false, 137],
    [{}, false, 1],
    [{ code: 0 }, true, 130],
    [{ reason: 'engine_lost' }, true, 130],
  ])('of %j, interrupted: %s, is %d', (exit, interrupted, code) => {
    expect(exitOfExec({ exit: anExit(exit), interrupted })).toBe(code);
  });

  it('of a lost connection is none', () => {
    const lost = { exit: anExit({ reason: 'engine_lost' }), interrupted: false };
    expect(() => exitOfExec(lost)).toThrow('The connection to the program is lost');
  });
});

describe('reasonOfExec', () => {
  it.each<[ExecExit['reason'], RegExp]>([
    ['oom', /out of memory.*--memory/],
    ['disk_full', /disk .* is full.*--disk/],
  ])('%s says what to do', (reason, words) => {
    expect(reasonOfExec(anExit({ reason }))).toMatch(words);
  });

  it.each(['engine_lost', null] as const)('%s has nothing to add', (reason) => {
    expect(reasonOfExec(anExit({ reason }))).toBeNull();
  });
});
