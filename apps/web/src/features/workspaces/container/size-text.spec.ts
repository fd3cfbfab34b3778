import { Size } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { sizeText } from './size-text.js';

describe('sizeText', () => {
  it.each([
    [2 * 1024 ** 3, '2g'],
    [1536 * 1024 ** 2, '1536m'],
    [512 * 1024, '512k'],
    [1025, '1025'],
    [0, '0'],
  ])('writes %d as %s, which the contract reads as the same number', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
    expect(Size.parse(text)).toBe(bytes);
  });
});
