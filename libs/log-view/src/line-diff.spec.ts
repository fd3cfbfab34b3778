import { describe, expect, it } from '@jest/globals';

import { diffLines } from './line-diff.js';

const signs = { context: ' ', add: '+', remove: '-' };
const shown = (before: string, after: string) => diffLines(before, after).map(({ kind, text }) => signs[kind] + text);

describe('diffLines', () => {
  it.each([
    ['nothing', 'a\n', 'a\n', [' a']],
    ['a new text', '', 'a\nb', ['+a', '+b']],
    ['a text that goes', 'a\nb', '', ['-a', '-b']],
    ['a line in the middle', 'a\nb\nc', 'a\nB\nc', [' a', '-b', '+B', ' c']],
    ['lines put in', 'a\nc', 'a\nb\nc', [' a', '+b', ' c']],
    ['lines that stay between others', 'a\nx\nb\ny', '1\nx\n2\ny', ['-a', '+1', ' x', '-b', '+2', ' y']],
    ['repeats', 'a\na\na', 'a\na', [' a', ' a', '-a']],
  ])('shows %s', (_what, before, after, expected) => {
    expect(shown(before, after)).toEqual(expected);
  });

  it('shows a very large change as a whole', () => {
    const many = (word: string) => Array.from({ length: 1000 }, (_, index) => `${word}${index}`).join('\n');
    const lines = diffLines(many('a'), many('b'));
    expect(lines).toHaveLength(2000);
    expect(lines[999]).toEqual({ kind: 'remove', text: 'a999' });
  });
});
