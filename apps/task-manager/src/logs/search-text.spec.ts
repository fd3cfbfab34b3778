import { describe, expect, it } from '@jest/globals';

import { excerptOf, findRanges, needleOf, withoutEscapes } from './search-text.js';

const ESC = '\u001b';

describe('text without escape sequences', () => {
  it.each([
    ['colours', `${ESC}[1;31mred${ESC}[0m`, 'red'],
    ['colours in the middle of a word', `re${ESC}[31md`, 'red'],
    ['the eight-bit form', '\u009b31mred', 'red'],
    ['a title', `${ESC}]0;title\u0007text`, 'text'],
    ['a title that ends the other way', `${ESC}]0;title${ESC}\\text`, 'text'],
    ['a link', `${ESC}]8;;https://example.org${ESC}\\here${ESC}]8;;${ESC}\\`, 'here'],
    ['a title without an end on its line', `${ESC}]0;tit\nle\u0007`, '0;tit\nle\u0007'],
    ['short ones', `${ESC}(B${ESC}7a${ESC}c`, 'a'],
    ['none', 'plain [31m text', 'plain [31m text'],
  ])('%s', (_name, text, plain) => {
    expect(withoutEscapes(text)).toBe(plain);
  });

  it.each([
    ['introducers', '\u009d'],
    ['titles that never end', `${ESC}]0;`],
    ['colours that never end', `${ESC}[1;`],
    ['escapes', ESC],
  ])('comes soon from a million %s', (_name, part) => {
    const before = performance.now();
    withoutEscapes(part.repeat(1_000_000));
    expect(performance.now() - before).toBeLessThan(3000);
  });
});

describe('where a text stands', () => {
  it.each<[string, string, [number, number][]]>([
    [
      'An apple, an APPLE',
      'apple',
      [
        [3, 8],
        [13, 18],
      ],
    ],
    ['a.b a+b', 'a.b', [[0, 3]]],
    ['[x]{1}(y)^$|?*\\/-', '[x]{1}(y)^$|?*\\/-', [[0, 17]]],
    ['안녕하세요 여러분', '여러분', [[6, 9]]],
    [
      'ÉCOLE école',
      'école',
      [
        [0, 5],
        [6, 11],
      ],
    ],
    [
      '😀😀',
      '😀',
      [
        [0, 2],
        [2, 4],
      ],
    ],
    [
      'aaaa',
      'aa',
      [
        [0, 2],
        [2, 4],
      ],
    ],
    ['nothing', 'x', []],
  ])('in %j: %j', (text, q, ranges) => {
    expect(findRanges(text, q, 10)).toEqual(ranges.map(([start, end]) => ({ start, end })));
  });

  it('is told so often as is asked for', () => {
    expect(findRanges('aaaa', 'a', 3)).toHaveLength(3);
  });
});

describe('an excerpt', () => {
  const marked = (text: string, q: string): string[] | null => {
    const found = excerptOf(text, q);
    return found && found.ranges.map(({ start, end }) => found.excerpt.slice(start, end));
  };

  it('is the text itself where that is short', () => {
    expect(excerptOf('say Hello', 'hello')).toEqual({ excerpt: 'say Hello', ranges: [{ start: 4, end: 9 }] });
    expect(excerptOf('say', 'hello')).toBeNull();
  });

  it('is cut around the first place, and marks all that are in it', () => {
    const text = `${'a'.repeat(500)}needle needle${'b'.repeat(500)}needle`;
    const found = excerptOf(text, 'needle');
    expect(found?.excerpt).toMatch(/^…a{60}needle needleb+…$/);
    expect(found?.excerpt.length).toBeLessThan(250);
    expect(marked(text, 'needle')).toEqual(['needle', 'needle']);
  });

  it('shows the whole of a long match', () => {
    const q = 'x'.repeat(200);
    expect(marked(`${q}y`, q)).toEqual([q]);
  });

  it('is one line that turns no direction, with the places where they were', () => {
    const found = excerptOf('one\r\ntwo\u202e\u0000 three', 'three');
    expect(found).toEqual({ excerpt: 'one  two   three', ranges: [{ start: 11, end: 16 }] });
  });

  it('holds no half of a pair', () => {
    const found = excerptOf(`😀${'a'.repeat(59)}needle`, 'needle');
    expect(found?.excerpt.isWellFormed()).toBe(true);
    expect(marked(`😀${'a'.repeat(59)}needle`, 'needle')).toEqual(['needle']);
  });
});

describe('what SQL looks for', () => {
  it.each([
    ['Hello', 'hello'],
    ['say "hello world"', 'hello world'],
    ['a\\bcd', 'bcd'],
    ['café au lait', ' au lait'],
    ['안녕 Hello', '안녕 hello'],
    ['É', null],
    ['"', null],
    ['a\nbc', 'bc'],
    ['100%_!', '100%_!'],
  ])('for %j: %j', (q, needle) => {
    expect(needleOf(q)).toBe(needle);
  });
});
