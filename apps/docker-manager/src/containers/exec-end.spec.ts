import { describe, expect, it } from '@jest/globals';

import { exitOf, type Circumstances } from './exec-end.js';

const usual: Circumstances = { killedByUs: false, reason: null, outOfMemory: false };

describe('what became of a program', () => {
  it.each<[string, number | undefined, Partial<Circumstances>, ReturnType<typeof exitOf>]>([
    ['it ended well', 0, {}, { code: 0, signal: null, reason: null }],
    ['it failed', 3, {}, { code: 3, signal: null, reason: null }],
    ['a signal ended it', 139, {}, { code: null, signal: 'SIGSEGV', reason: null }],
    ['somebody killed it', 137, {}, { code: null, signal: 'SIGKILL', reason: null }],
    ['the kernel killed it for memory', 137, { outOfMemory: true }, { code: null, signal: 'SIGKILL', reason: 'oom' }],
    ['a child of it was killed for memory', 1, { outOfMemory: true }, { code: 1, signal: null, reason: null }],
    ['we killed it', 137, { killedByUs: true }, { code: null, signal: 'SIGKILL', reason: null }],
    [
      'we killed it for the disk, while memory was short',
      137,
      { killedByUs: true, reason: 'disk_full', outOfMemory: true },
      { code: null, signal: 'SIGKILL', reason: 'disk_full' },
    ],
    ['nobody knows', undefined, {}, { code: null, signal: null, reason: 'engine_lost' }],
  ])('%s', (_, code, more, expected) => expect(exitOf(code, { ...usual, ...more })).toEqual(expected));
});
