import { describe, expect, it } from '@jest/globals';

import { promptLine } from './prompt-line.js';

describe('promptLine', () => {
  it.each([
    ['\n\n  Tidy up  \nand more', 'Tidy up'],
    ['', ''],
    ['a\u202eb', 'a<U+202E>b'],
    ['123456', '12345…'],
  ])('%j is "%s"', (command, line) => {
    expect(promptLine(command, line.endsWith('…') ? 5 : 300)).toBe(line);
  });
});
