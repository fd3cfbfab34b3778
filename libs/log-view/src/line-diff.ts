export interface DiffLine {
  kind: 'context' | 'add' | 'remove';
  text: string;
}

/** A run of lines of a change, with where it stands; numbers count from 1 and are null if nobody knows them. */
export interface Hunk {
  old_start: number | null;
  new_start: number | null;
  lines: DiffLine[];
}

/** Beyond so many pairs of lines a change is shown as a whole: all that was, then all that is. */
const maxPairs = 250_000;

/** What changes between two texts, line by line. */
export function diffLines(before: string, after: string): DiffLine[] {
  const old = linesOf(before);
  const now = linesOf(after);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < now.length - head &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  ) {
    tail += 1;
  }
  return [
    ...old.slice(0, head).map(line('context')),
    ...diffMiddle(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...old.slice(old.length - tail).map(line('context')),
  ];
}

export function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

const line =
  (kind: DiffLine['kind']) =>
  (text: string): DiffLine => ({ kind, text });

/** By the longest common subsequence. */
function diffMiddle(old: string[], now: string[]): DiffLine[] {
  if (old.length === 0 || now.length === 0 || old.length * now.length > maxPairs) {
    return [...old.map(line('remove')), ...now.map(line('add'))];
  }
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const result: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      result.push({ kind: 'context', text: old[i] ?? '' });
      i += 1;
      j += 1;
    } else if (i < old.length && (j >= now.length || at(i + 1, j) >= at(i, j + 1))) {
      result.push({ kind: 'remove', text: old[i] ?? '' });
      i += 1;
    } else {
      result.push({ kind: 'add', text: now[j] ?? '' });
      j += 1;
    }
  }
  return result;
}
