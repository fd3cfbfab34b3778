import type { FileChange } from '@aicode/contracts';

type Counted = Pick<FileChange, 'path' | 'additions' | 'deletions'>;

/** Over so many changed lines a file is folded until asked for. */
export const largeFrom = 800;
/** Over so many changed lines of all files together, the later ones are folded too, so that the page stays quick. */
export const largeTogether = 4000;

/** Lines of all files together; what nobody counted counts as none. */
export function totals(files: readonly Counted[]): { additions: number; deletions: number } {
  return {
    additions: files.reduce((sum, file) => sum + (file.additions ?? 0), 0),
    deletions: files.reduce((sum, file) => sum + (file.deletions ?? 0), 0),
  };
}

/** The paths of the files that begin folded. */
export function foldedAtFirst(files: readonly Counted[]): Set<string> {
  const folded = new Set<string>();
  let shown = 0;
  for (const file of files) {
    const lines = (file.additions ?? 0) + (file.deletions ?? 0);
    if (lines > largeFrom || shown + lines > largeTogether) folded.add(file.path);
    else shown += lines;
  }
  return folded;
}

/**
 * The patch without what is only white space: where a run of removed lines stands against as many added ones, pairs that differ in
 * white space alone become one unchanged line. The counts of the hunks' heads stay true by that. Empty if nothing else changed.
 */
export function withoutWhitespace(patch: string): string {
  const { head, hunks } = splitPatch(patch);
  const kept = hunks.map((hunk) => mergeHunk(hunk)).filter((hunk) => hunk.some((line) => /^[-+]/.test(line)));
  return kept.length === 0 ? '' : [...head, ...kept.flat()].join('\n');
}

/** The lines before the first hunk, and the hunks, each with its `@@` line first. */
export function splitPatch(patch: string): { head: string[]; hunks: string[][] } {
  const lines = patch.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const first = lines.findIndex((line) => line.startsWith('@@'));
  if (first < 0) return { head: lines, hunks: [] };
  const hunks: string[][] = [];
  for (const line of lines.slice(first)) {
    if (line.startsWith('@@')) hunks.push([line]);
    else hunks.at(-1)?.push(line);
  }
  return { head: lines.slice(0, first), hunks };
}

function mergeHunk(hunk: readonly string[]): string[] {
  const merged: string[] = [];
  let at = 0;
  while (at < hunk.length) {
    const removed = run(hunk, at, '-');
    const added = run(hunk, at + removed.length, '+');
    if (removed.length === 0 || removed.length !== added.length) {
      const taken = removed.length + added.length;
      merged.push(...hunk.slice(at, at + Math.max(1, taken)));
      at += Math.max(1, taken);
      continue;
    }
    merged.push(...mergeRun(removed, added));
    at += removed.length + added.length;
  }
  return merged;
}

/** Pairs that are alike become context; stretches that are not keep all removed lines before all added ones. */
function mergeRun(removed: readonly string[], added: readonly string[]): string[] {
  const merged: string[] = [];
  let [minus, plus]: [string[], string[]] = [[], []];
  const flush = (): void => {
    merged.push(...minus, ...plus);
    [minus, plus] = [[], []];
  };
  removed.forEach((line, index) => {
    const other = added[index] ?? '';
    if (bare(line) === bare(other)) {
      flush();
      merged.push(` ${other.slice(1)}`);
    } else {
      minus.push(line);
      plus.push(other);
    }
  });
  flush();
  return merged;
}

function run(lines: readonly string[], from: number, mark: '-' | '+'): string[] {
  const end = lines.findIndex((line, index) => index >= from && !line.startsWith(mark));
  return lines.slice(from, end < 0 ? undefined : end);
}

function bare(line: string): string {
  return line.slice(1).replace(/\s+/g, '');
}

/** A path in its two parts: what is the same for many files, and the name that tells them apart. */
export function pathParts(path: string): { folder: string; name: string } {
  const at = path.lastIndexOf('/');
  return { folder: path.slice(0, at + 1), name: path.slice(at + 1) };
}
