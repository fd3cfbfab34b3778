import { describe, expect, it } from '@jest/globals';

import { foldedAtFirst, largeFrom, pathParts, splitPatch, totals, withoutWhitespace } from './patch.js';

const file = (path: string, additions: number | null, deletions: number | null = 0) => ({ path, additions, deletions });

describe('foldedAtFirst', () => {
  it('folds what is large by itself', () => {
    const files = [file('a', largeFrom), file('b', largeFrom, 1), file('c', null, null)];
    expect([...foldedAtFirst(files)]).toEqual(['b']);
  });
  it('folds later files once a page is full', () => {
    const files = Array.from({ length: 7 }, (_, index) => file(`f${index}`, 700));
    expect([...foldedAtFirst(files)]).toEqual(['f5', 'f6']);
  });
});

describe('totals', () => {
  it('adds up', () => {
    expect(totals([file('a', 1, 2), file('b', 3), file('binary', null, null)])).toEqual({ additions: 4, deletions: 2 });
  });
});

describe('splitPatch', () => {
  it('parts head and hunks', () => {
    const patch = '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n@@ -9 +9 @@\n c\n';
    expect(splitPatch(patch)).toEqual({
      head: ['--- a/x', '+++ b/x'],
      hunks: [
        ['@@ -1 +1 @@', '-a', '+b'],
        ['@@ -9 +9 @@', ' c'],
      ],
    });
    expect(splitPatch('old mode 100644')).toEqual({ head: ['old mode 100644'], hunks: [] });
  });
});

describe('withoutWhitespace', () => {
  const head = '--- a/x\n+++ b/x\n';
  it('leaves nothing of a change of indentation', () => {
    expect(withoutWhitespace(`${head}@@ -1,2 +1,2 @@\n-if (a)\n-  b\n+if  (a)\n+\tb\n`)).toBe('');
  });
  it('keeps true changes, in the order that a patch has', () => {
    const patch = `${head}@@ -1,5 +1,5 @@\n c\n-a\n-  same\n-x\n-y\n+b\n+same\n+x1\n+y1\n d\n`;
    expect(withoutWhitespace(patch)).toBe(`${head}@@ -1,5 +1,5 @@\n c\n-a\n+b\n same\n-x\n-y\n+x1\n+y1\n d`);
  });
  it('leaves alone what has another number of lines', () => {
    const patch = `${head}@@ -1,2 +1,1 @@\n-a\n- b\n+ a\n+c\n+d`;
    expect(withoutWhitespace(patch)).toBe(patch);
    const added = `${head}@@ -0,0 +1,2 @@\n+a\n+\n\\ No newline at end of file`;
    expect(withoutWhitespace(added)).toBe(added);
  });
});

describe('pathParts', () => {
  it('parts folder and name', () => {
    expect(pathParts('a/b/c.ts')).toEqual({ folder: 'a/b/', name: 'c.ts' });
    expect(pathParts('c.ts')).toEqual({ folder: '', name: 'c.ts' });
  });
});
