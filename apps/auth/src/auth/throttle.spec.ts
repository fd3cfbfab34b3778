import { describe, expect, it } from '@jest/globals';

import { inWords } from './throttle.js';

describe('inWords', () => {
  it.each([
    [1, '1 second'],
    [2, '2 seconds'],
    [89, '89 seconds'],
    [90, '2 minutes'],
    [121, '3 minutes'],
    [900, '15 minutes'],
  ])('%i s is "%s"', (seconds, words) => {
    expect(inWords(seconds)).toBe(words);
  });
});
