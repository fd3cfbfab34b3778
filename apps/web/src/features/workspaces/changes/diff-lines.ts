import { splitPatch } from './patch.js';

export type LineKind = 'same' | 'added' | 'removed' | 'note';

/** One line of a patch with its numbers on both sides. */
export interface DiffLine {
  kind: LineKind;
  old: number | null;
  new: number | null;
  text: string;
}

export interface Hunk {
  /** What git says of the place: `function name() {`. */
  place: string;
  oldStart: number;
  newStart: number;
  lines: DiffLine[];
}

export interface SplitRow {
  left: DiffLine | null;
  right: DiffLine | null;
}

/** The hunks of a unified patch with a number for each line. */
export function hunksOf(patch: string): Hunk[] {
  return splitPatch(patch).hunks.map(([head = '', ...body]) => {
    const match = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)$/.exec(head);
    const [oldStart, newStart] = [Number(match?.[1] ?? 1), Number(match?.[2] ?? 1)];
    return { place: match?.[3] ?? '', oldStart, newStart, lines: numbered(body, oldStart, newStart) };
  });
}

function numbered(body: readonly string[], oldStart: number, newStart: number): DiffLine[] {
  let [oldNumber, newNumber] = [oldStart, newStart];
  return body.map((line): DiffLine => {
    const text = line.slice(1);
    switch (line[0] ?? ' ') {
      case '+':
        return { kind: 'added', old: null, new: newNumber++, text };
      case '-':
        return { kind: 'removed', old: oldNumber++, new: null, text };
      case '\\':
        return { kind: 'note', old: null, new: null, text: text.trim() };
      default:
        return { kind: 'same', old: oldNumber++, new: newNumber++, text };
    }
  });
}

/** Side by side: removed lines stand beside the added ones that follow them. */
export function splitRows(lines: readonly DiffLine[]): SplitRow[] {
  const rows: SplitRow[] = [];
  let removed: DiffLine[] = [];
  let added: DiffLine[] = [];
  const flush = (): void => {
    for (let at = 0; at < Math.max(removed.length, added.length); at += 1) {
      rows.push({ left: removed[at] ?? null, right: added[at] ?? null });
    }
    [removed, added] = [[], []];
  };
  for (const line of lines) {
    if (line.kind === 'removed') {
      if (added.length > 0) flush();
      removed.push(line);
    } else if (line.kind === 'added') added.push(line);
    else {
      flush();
      rows.push({ left: line, right: line });
    }
  }
  flush();
  return rows;
}

/** One side of a patch as text, to highlight it as a whole, and which of its lines each line of the patch is. */
export function sideText(
  hunks: readonly Hunk[],
  side: 'old' | 'new',
): { text: string; lines: ReadonlyMap<DiffLine, number> } {
  const shown = hunks.flatMap((hunk) => hunk.lines.filter((line) => line[side] !== null));
  return { text: shown.map((line) => line.text).join('\n'), lines: new Map(shown.map((line, index) => [line, index])) };
}

/** How many lines between two hunks, or before the first, the patch leaves out. */
export function leftOut(before: Hunk | undefined, hunk: Hunk): number {
  const shown = before?.lines.filter((line) => line.new !== null).length ?? 0;
  return Math.max(0, hunk.newStart - (before ? before.newStart + shown : 1));
}
