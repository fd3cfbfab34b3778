import { describe, expect, it } from '@jest/globals';

import { directoriesAbove, treeKey, treeRows, type Listing, type TreeEntry } from './file-tree.js';

const entry = (path: string, type: TreeEntry['type'] = 'file'): TreeEntry => ({
  name: path.split('/').at(-1) ?? '',
  path,
  type,
  size: 1,
  target: null,
});
const loaded = (entries: TreeEntry[], truncated = false): Listing => ({ state: 'loaded', entries, truncated });
const listings: Record<string, Listing> = {
  '': loaded([entry('b10.ts'), entry('src', 'directory'), entry('b9.ts'), entry('empty', 'directory')]),
  src: loaded([entry('src/index.ts'), entry('src/broken', 'directory')], true),
  empty: loaded([]),
  'src/broken': { state: 'failed', message: 'no' },
};
const rowsOf = (...open: string[]) => treeRows((path) => listings[path] ?? { state: 'loading' }, new Set(open));
const keys = (...open: string[]) => rowsOf(...open).map((row) => row.key);

describe('treeRows', () => {
  it('puts directories first and numbers in their order', () => {
    expect(keys()).toEqual(['empty', 'src', 'b9.ts', 'b10.ts']);
  });
  it('shows what is open, empty, cut, failed or on its way', () => {
    expect(keys('src', 'empty', 'src/broken')).toEqual([
      'empty',
      'empty:empty',
      'src',
      'src/broken',
      'failed:src/broken',
      'src/index.ts',
      'truncated:src',
      'b9.ts',
      'b10.ts',
    ]);
    expect(treeRows(() => ({ state: 'loading' }), new Set())).toMatchObject([{ kind: 'loading', depth: 0 }]);
  });
  it('tells depth and place', () => {
    expect(rowsOf('src')[3]).toMatchObject({ key: 'src/index.ts', depth: 1, parent: 'src', at: 2, of: 2 });
  });
});

describe('treeKey', () => {
  const rows = rowsOf('src', 'src/broken');
  it.each([
    [null, 'ArrowDown', { do: 'focus', path: 'empty' }],
    [null, 'End', { do: 'focus', path: 'b10.ts' }],
    [null, 'x', { do: 'nothing' }],
    ['empty', 'ArrowDown', { do: 'focus', path: 'src' }],
    ['empty', 'ArrowUp', { do: 'nothing' }],
    ['b9.ts', 'Home', { do: 'focus', path: 'empty' }],
    ['empty', 'End', { do: 'focus', path: 'b10.ts' }],
    ['empty', 'ArrowRight', { do: 'open', path: 'empty' }],
    ['src', 'ArrowRight', { do: 'focus', path: 'src/broken' }],
    ['src/broken', 'ArrowRight', { do: 'nothing' }],
    ['b9.ts', 'ArrowRight', { do: 'nothing' }],
    ['src', 'ArrowLeft', { do: 'close', path: 'src' }],
    ['src/index.ts', 'ArrowLeft', { do: 'focus', path: 'src' }],
    ['b9.ts', 'ArrowLeft', { do: 'nothing' }],
    ['b9.ts', 'Enter', { do: 'select', path: 'b9.ts' }],
    ['src', ' ', { do: 'close', path: 'src' }],
    ['empty', 'Enter', { do: 'open', path: 'empty' }],
    ['b9.ts', 'b', { do: 'focus', path: 'b10.ts' }],
    ['b10.ts', 'B', { do: 'focus', path: 'src/broken' }],
    ['b9.ts', 'z', { do: 'nothing' }],
    ['b9.ts', 'Escape', { do: 'nothing' }],
  ])('at %s does by %s: %o', (focused, key, move) => {
    expect(treeKey(rows, focused, key)).toEqual(move);
  });
});

describe('directoriesAbove', () => {
  it('names the outermost first', () => {
    expect(directoriesAbove('a/b/c.ts')).toEqual(['a', 'a/b']);
    expect(directoriesAbove('c.ts')).toEqual([]);
  });
});
