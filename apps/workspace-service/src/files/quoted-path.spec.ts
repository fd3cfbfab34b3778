import { describe, expect, it } from '@jest/globals';

import { quoted, textOf, unquoted, withPrefix } from './quoted-path.js';

describe('names as git writes them', () => {
  it.each([
    ['plain', 'plain'],
    ['with space', 'with space'],
    ['a\tb\n', '"a\\tb\\n"'],
    ['"x"\\', '"\\"x\\"\\\\"'],
    ['\x01\x07\x7f', '"\\001\\a\\177"'],
    ['\xed\x95\x9c', '\xed\x95\x9c'],
  ])('%j is written %j, and read back', (name, written) => {
    expect(quoted(name)).toBe(written);
    expect(unquoted(written)).toBe(name);
  });

  it('begin within the quotes', () => {
    expect(withPrefix('a/', 'x')).toBe('a/x');
    expect(withPrefix('a/', '"\\t"')).toBe('"a/\\t"');
  });

  it('are bytes, and text only for people', () => {
    expect(unquoted('"\\355\\225\\234\\377"')).toBe('\xed\x95\x9c\xff');
    expect(textOf('\xed\x95\x9c\xff')).toBe('한\ufffd');
  });
});
