import type { DiffLine, Hunk } from '@aicode/log-view';

export interface NumberedLine {
  /** `gap`: lines of the file are left out here. */
  kind: DiffLine['kind'] | 'gap';
  text: string;
  /** Number of the line in the file before and after; null where it has none, or nobody knows it. */
  old: number | null;
  now: number | null;
}

export function numberLines(hunks: readonly Hunk[]): NumberedLine[] {
  return hunks.flatMap((hunk, index) => {
    const gap: NumberedLine[] = index === 0 ? [] : [{ kind: 'gap', text: '', old: null, now: null }];
    return [...gap, ...numberHunk(hunk)];
  });
}

function numberHunk(hunk: Hunk): NumberedLine[] {
  let old = hunk.old_start;
  let now = hunk.new_start;
  return hunk.lines.map(({ kind, text }) => {
    const line = { kind, text, old: kind === 'add' ? null : old, now: kind === 'remove' ? null : now };
    if (kind !== 'add' && old !== null) old += 1;
    if (kind !== 'remove' && now !== null) now += 1;
    return line;
  });
}

export function countChanges(hunks: readonly Hunk[]): { added: number; removed: number } {
  const lines = hunks.flatMap((hunk) => hunk.lines);
  const count = (kind: DiffLine['kind']): number => lines.filter((line) => line.kind === kind).length;
  return { added: count('add'), removed: count('remove') };
}
