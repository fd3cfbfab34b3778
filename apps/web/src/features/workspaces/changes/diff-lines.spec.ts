import { describe, expect, it } from '@jest/globals';

import { hunksOf, leftOut, sideText, splitRows } from './diff-lines.js';

const patch = [
  'diff --git a/x b/x',
  '--- a/x',
  '+++ b/x',
  '@@ -3,4 +3,5 @@ function f() {',
  ' a',
  '-b',
  '-c',
  '+B',
  ' d',
  '+e',
  '+f',
  '\\ No newline at end of file',
  '@@ -20 +21 @@',
  '-x',
  '+y',
].join('\n');
const [first, second] = hunksOf(patch);

describe('hunksOf', () => {
  it('numbers both sides', () => {
    expect(first?.place).toBe('function f() {');
    expect(first?.lines.map((line) => [line.kind, line.old, line.new, line.text])).toEqual([
      ['same', 3, 3, 'a'],
      ['removed', 4, null, 'b'],
      ['removed', 5, null, 'c'],
      ['added', null, 4, 'B'],
      ['same', 6, 5, 'd'],
      ['added', null, 6, 'e'],
      ['added', null, 7, 'f'],
      ['note', null, null, 'No newline at end of file'],
    ]);
    expect(second).toMatchObject({ oldStart: 20, newStart: 21, place: '' });
  });
  it('has none for what has no text to compare', () => {
    expect(hunksOf('similarity index 100%\nrename from a\nrename to b')).toEqual([]);
    expect(hunksOf('@@ nonsense @@\n+a')).toMatchObject([{ oldStart: 1, newStart: 1 }]);
  });
});

describe('splitRows', () => {
  it('sets the old beside the new', () => {
    const rows = splitRows(first?.lines ?? []).map((row) => [row.left?.text ?? null, row.right?.text ?? null]);
    expect(rows).toEqual([
      ['a', 'a'],
      ['b', 'B'],
      ['c', null],
      ['d', 'd'],
      [null, 'e'],
      [null, 'f'],
      ['No newline at end of file', 'No newline at end of file'],
    ]);
  });
  it('begins anew where a removed line follows an added one', () => {
    const line = (kind: 'added' | 'removed', text: string) => ({ kind, old: null, new: null, text });
    const rows = splitRows([line('added', '1'), line('removed', '2')]);
    expect(rows.map((row) => [row.left?.text, row.right?.text])).toEqual([
      [undefined, '1'],
      ['2', undefined],
    ]);
  });
});

describe('sideText', () => {
  it('is what each side reads', () => {
    if (!first) throw new Error('no hunk');
    expect(sideText([first], 'old').text).toBe('a\nb\nc\nd');
    const { text, lines } = sideText([first], 'new');
    expect(text).toBe('a\nB\nd\ne\nf');
    expect(first.lines.map((line) => lines.get(line))).toEqual([0, undefined, undefined, 1, 2, 3, 4, undefined]);
  });
});

describe('leftOut', () => {
  it('counts what is not shown', () => {
    if (!first || !second) throw new Error('no hunk');
    expect(leftOut(undefined, first)).toBe(2);
    expect(leftOut(first, second)).toBe(13);
  });
});
