import { describe, expect, it } from '@jest/globals';

import { DiffBudget } from './diff-budget.js';
import { untrackedChange } from './untracked-changes.js';

const file = { kind: 'file' as const, executable: false, binary: false, content: '', whole: true };
const change = (name: string, found: Parameters<typeof untrackedChange>[1], budget = new DiffBudget()) =>
  untrackedChange(name, found, budget);

describe('a file that git does not know', () => {
  it('is shown as git would show it', () => {
    expect(change('a', { ...file, content: 'x\ny\n' }).patch).toBe(
      'diff --git a/a b/a\nnew file mode 100644\n--- /dev/null\n+++ b/a\n@@ -0,0 +1,2 @@\n+x\n+y\n',
    );
    expect(change('a b', { ...file, content: 'x', executable: true }).patch).toBe(
      'diff --git a/a b b/a b\nnew file mode 100755\n--- /dev/null\n+++ b/a b\t\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n',
    );
    expect(change('a', file).patch).toBe('diff --git a/a b/a\nnew file mode 100644\n');
    expect(change('"', { ...file, binary: true })).toMatchObject({
      binary: true,
      additions: null,
      patch: 'diff --git "a/\\"" "b/\\""\nnew file mode 100644\nBinary files /dev/null and "b/\\"" differ\n',
    });
    expect(change('l', { kind: 'link', target: '../x' }).patch).toContain('new file mode 120000\n');
  });

  it('is named even when there is nothing to show', () => {
    expect(change('\xff', null)).toMatchObject({ path: '\ufffd', status: 'untracked', patch: null, additions: null });
  });

  it.each([
    ['that was cut loses its last line, of which nobody knows the end', { ...file, content: 'x\nhal', whole: false }],
    ['whose lines are too many is cut among them', { ...file, content: `x\n${'y'.repeat(300_000)}\n` }],
  ])('%s', (_what, found) => {
    const { patch, truncated } = change('a', found);
    expect(patch?.endsWith('+++ b/a\n@@ -0,0 +1 @@\n+x\n')).toBe(true);
    expect(truncated).toBe(true);
  });

  it.each([
    ['text', file],
    ['binary', { ...file, binary: true }],
  ])('has no patch when there is no room: %s', (_what, found) => {
    const budget = new DiffBudget();
    while (budget.takePatch('x'.repeat(Math.max(0, budget.patchBytesLeft - 2)))) if (budget.patchBytesLeft < 3) break;
    expect(change('a', found, budget)).toMatchObject({ patch: null, truncated: true });
    expect(budget.exceeded).toBe(true);
  });
});
