import type { FileChange, WorkspaceDiff } from '@aicode/contracts';
import { colourPaint, plainPaint } from '@aicode/log-view';
import { describe, expect, it } from '@jest/globals';

import { patchLines, plainPatch, statLines } from './diff-words.js';

const file = (changes: Partial<FileChange>): FileChange => ({
  ...{ path: 'a', old_path: null, status: 'modified', binary: false },
  ...{ additions: 1, deletions: 1, patch: null, truncated: false },
  ...changes,
});
const diff = (files: FileChange[], truncated = false): WorkspaceDiff => ({ base: 'c0ffee', files, truncated });

const patch = 'diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n same\n--- gone\n+\u001b[2Jcame\u202e\n';

describe('a diff on a terminal', () => {
  it('is coloured by what a line is, and can do nothing', () => {
    expect(patchLines(diff([file({ patch })]), colourPaint)).toEqual([
      '\u001b[1mdiff --git a/a b/a\u001b[0m',
      '\u001b[1m--- a/a\u001b[0m',
      '\u001b[1m+++ b/a\u001b[0m',
      '\u001b[36m@@ -1,2 +1,2 @@\u001b[0m',
      ' same',
      '\u001b[31m--- gone\u001b[0m',
      '\u001b[32m+␛[2Jcame<U+202E>\u001b[0m',
    ]);
  });

  it('says what it does not show', () => {
    expect(
      patchLines(
        diff([
          file({ path: 'x\ny', truncated: true }),
          file({ path: 'inner/', status: 'untracked' }),
          file({ patch: 'diff --git a/a b/a\n', truncated: true }),
        ]),
        plainPaint,
      ),
    ).toEqual(['x␊y: left out', 'inner/: nothing to show', 'diff --git a/a b/a', '… the rest is left out']);
  });

  it('is for programs as it is', () => {
    expect(plainPatch(diff([file({ patch }), file({}), file({ patch: 'diff --git a/b b/b\n' })]))).toBe(
      `${patch}diff --git a/b b/b\n`,
    );
  });
});

describe('the figures of a diff', () => {
  it('are a line for each file, and one for all', () => {
    const files = [
      file({ path: 'new', old_path: 'old', status: 'renamed', additions: 3, deletions: 1 }),
      file({ path: '한글', status: 'untracked', additions: 10, deletions: 0 }),
      file({ path: 'image', binary: true, additions: null, deletions: null }),
    ];
    expect(statLines(diff(files), 100, plainPaint)).toEqual([
      ' old => new |   4 +++-',
      ' 한글 (new) |  10 ++++++++++',
      ' image      | Bin',
      ' 3 files, 13 lines added, 1 removed',
    ]);
  });

  it('fit into a narrow terminal, and are the least where not all was counted', () => {
    const files = [
      file({ path: 'x'.repeat(200), additions: 900, deletions: 1 }),
      file({ additions: null, deletions: null, truncated: true }),
    ];
    const lines = statLines(diff(files, true), 40, plainPaint);
    expect(Math.max(...lines.slice(0, 2).map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(lines[0]).toMatch(/^ x+… \| 901 \++-$/);
    expect(lines[1]).toMatch(/\| {3}\?$/);
    expect(lines[2]).toBe(' 2 files, at least 900 lines added, 1 removed');
    expect(statLines(diff([file({ additions: 1, deletions: 0 })]), 80, colourPaint)).toEqual([
      ' a | 1 \u001b[32m+\u001b[0m',
      ' 1 file, 1 line added, 0 removed',
    ]);
  });
});
