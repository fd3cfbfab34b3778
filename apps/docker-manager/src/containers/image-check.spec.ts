import { describe, expect, it } from '@jest/globals';

import { unfit } from './image-check.js';
import type { Found } from './look-inside.js';

const fits: Found = { shell: true, claude: { runs: true, said: '' }, socat: true, passwd: [], group: [] };

describe('an image', () => {
  it.each<[string, Partial<Found>, 'isolated' | 'allowlist' | 'open', RegExp | undefined]>([
    ['that has all', {}, 'allowlist', undefined],
    ['without socat', { socat: false }, 'isolated', undefined],
    ['without socat for an allow-list', { socat: false }, 'allowlist', /no socat/],
    ['without a shell', { shell: false, claude: { runs: false, said: '' } }, 'isolated', /no \/bin\/sh/],
    ['of another libc', { claude: { runs: false, said: 'not found' } }, 'isolated', /it says: not found.*glibc/],
  ])('%s', (_, more, network, expected) => {
    const problem = unfit({ ...fits, ...more }, network);
    if (expected) expect(problem).toMatch(expected);
    else expect(problem).toBeUndefined();
  });
});
