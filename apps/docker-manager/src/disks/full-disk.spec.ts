import { describe, expect, it } from '@jest/globals';

import { fullReason } from './full-disk.js';

const mib = 1024 ** 2;
const gib = 1024 * mib;
const fine = { used: gib, limit: 10 * gib, hostFree: 50 * gib, floor: gib };

describe('why a workspace has to stop', () => {
  it.each([
    ['not within its limit', fine, undefined],
    ['not at its limit', { ...fine, used: fine.limit }, undefined],
    ['not with a file system of its own', { ...fine, used: null }, undefined],
    ['over its limit', { ...fine, used: 10.5 * gib }, /take 10\.5 GB, more than the 10\.0 GB that it may use/],
    [
      'with a host nearly full',
      { ...fine, used: null, hostFree: 300 * mib },
      /only 300 MB free, less than the 1\.0 GB/,
    ],
    ['for its own use first', { ...fine, used: 11 * gib, hostFree: 0 }, /workspace's files/],
  ])('%s', (_, figures, expected) => {
    if (expected === undefined) expect(fullReason(figures)).toBeUndefined();
    else expect(fullReason(figures)).toMatch(expected);
  });
});
