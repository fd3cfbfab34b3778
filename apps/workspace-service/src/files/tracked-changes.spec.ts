import { fileLimits } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { DiffBudget } from './diff-budget.js';
import { TrackedChanges } from './tracked-changes.js';

const output = [
  ':100644 100644 1234567 0000000 M\ta',
  ':100644 100644 1234567 1234567 M\ttouched',
  ':100644 100644 1234567 0000000 R086\told\t"new\\t"',
  '',
  'diff --git a/a b/a',
  'index 1234567..89abcde 100644',
  '--- a/a',
  '+++ b/a',
  '@@ -1,2 +1,2 @@',
  ' same',
  '--- gone',
  '+++ came',
  '\\ No newline at end of file',
  'diff --git a/old "b/new\\t"',
  'similarity index 86%',
  'rename from old',
  'rename to "new\\t"',
  '',
].join('\n');

function readIn(pieces: Buffer[], budget = new DiffBudget()) {
  const tracked = new TrackedChanges(budget);
  for (const piece of pieces) tracked.push(piece);
  return tracked.finish();
}

describe('the output of git diff', () => {
  const whole = readIn([Buffer.from(output)]);

  it('becomes files with their patches and counts', () => {
    expect(whole).toMatchObject([
      { path: 'a', old_path: null, status: 'modified', additions: 1, deletions: 1, truncated: false },
      { path: 'new\t', old_path: 'old', status: 'renamed', additions: 0, deletions: 0 },
    ]);
    expect(whole.map(({ patch }) => patch).join('')).toBe(output.slice(output.indexOf('diff --git')));
  });

  it('is the same in whatever pieces it comes', () => {
    for (const size of [1, 7, 64]) {
      const pieces = Array.from({ length: Math.ceil(output.length / size) }, (_, index) =>
        Buffer.from(output.slice(index * size, (index + 1) * size)),
      );
      expect(readIn(pieces)).toEqual(whole);
    }
  });

  it('names only as many files as there is room for, and says that there are more', () => {
    const budget = new DiffBudget();
    const list = Array.from({ length: fileLimits.diffFiles + 1 }, (_, n) => `:100644 000000 1234567 0000000 D\t${n}\n`);
    const patches = list.map((_, n) => `diff --git a/${n} b/${n}\ndeleted file mode 100644\n`);
    const files = readIn([Buffer.from([...list, '\n', ...patches].join(''))], budget);
    expect([files.length, budget.exceeded]).toEqual([fileLimits.diffFiles, true]);
  });

  it('is enough at some length: what came in part is said to be cut', () => {
    const budget = new DiffBudget();
    const tracked = new TrackedChanges(budget);
    tracked.push(Buffer.from(output.slice(0, output.indexOf('@@'))));
    expect(tracked.push(Buffer.alloc(32 * 1024 ** 2, '+x\n'))).toBe(false);
    expect(tracked.finish()).toMatchObject([
      { path: 'a', additions: null, truncated: true },
      { path: 'touched', additions: null, patch: null },
      { path: 'new\t', additions: null, patch: null },
    ]);
    expect(budget.exceeded).toBe(true);
  });
});
