import type { FileChange, WorkspaceDiff } from '@aicode/contracts';
import { columnsOf, exactText, fit, safeLine, type Paint, type Style } from '@aicode/log-view';

const longestBar = 40;
const red: Style = { fg: 1 };
const green: Style = { fg: 2 };
const cyan: Style = { fg: 6 };
const bold: Style = { bold: true };

/** The patches, as git prints them; what is not shown whole is said in a line of its own. */
export function patchLines({ files }: WorkspaceDiff, paint: Paint): string[] {
  return files.flatMap((file) => {
    const lines = (file.patch ?? `${exactName(file)}: ${file.truncated ? 'left out' : 'nothing to show'}\n`).split(
      '\n',
    );
    lines.pop();
    const painted = paintPatch(lines, paint);
    return file.patch !== null && file.truncated
      ? [...painted, paint('… the rest is left out', { dim: true })]
      : painted;
  });
}

/** The patches as they are, for programs: `git apply` takes them. */
export function plainPatch({ files }: WorkspaceDiff): string {
  return files.map(({ patch }) => patch ?? '').join('');
}

function paintPatch(lines: string[], paint: Paint): string[] {
  let inHunk = false;
  return lines.map((line) => {
    if (line.startsWith('diff --git ')) inHunk = false;
    if (line.startsWith('@@ ')) inHunk = true;
    return paint(exactText(line), styleOf(line, inHunk));
  });
}

function styleOf(line: string, inHunk: boolean): Style {
  if (!inHunk) return bold;
  if (line.startsWith('@@ ')) return cyan;
  if (line.startsWith('+')) return green;
  return line.startsWith('-') ? red : {};
}

/** A line for each file with how many lines came and went, and one for all of them. */
export function statLines({ files, truncated }: WorkspaceDiff, width: number, paint: Paint): string[] {
  const names = files.map(nameOf);
  const counts = files.map(countOf);
  const countWidth = Math.max(0, ...counts.map((count) => count.length));
  const barRoom = Math.max(4, Math.min(longestBar, Math.floor(width / 3)));
  const nameWidth = Math.min(Math.max(0, ...names.map(columnsOf)), Math.max(16, width - countWidth - barRoom - 6));
  const most = Math.max(1, ...files.map((file) => (file.additions ?? 0) + (file.deletions ?? 0)));
  const lines = files.map((file, index) => {
    const name = fit(names[index] ?? '', nameWidth);
    const padded = name + ' '.repeat(Math.max(0, nameWidth - columnsOf(name)));
    const count = (counts[index] ?? '').padStart(countWidth);
    return ` ${padded} | ${count} ${barOf(file, most, barRoom, paint)}`.trimEnd();
  });
  return [...lines, totalWords(files, truncated)];
}

function nameOf(file: FileChange): string {
  const name = file.old_path === null ? safeLine(file.path) : `${safeLine(file.old_path)} => ${safeLine(file.path)}`;
  return file.status === 'untracked' ? `${name} (new)` : name;
}

function exactName({ path }: FileChange): string {
  return exactText(path).replaceAll('\n', '␊');
}

function countOf({ binary, additions, deletions }: FileChange): string {
  if (binary) return 'Bin';
  return additions === null || deletions === null ? '?' : String(additions + deletions);
}

function barOf({ additions, deletions }: FileChange, most: number, room: number, paint: Paint): string {
  const scale = most > room ? room / most : 1;
  const signs = (count: number | null): number => (count ? Math.max(1, Math.round(count * scale)) : 0);
  return paint('+'.repeat(signs(additions)), green) + paint('-'.repeat(signs(deletions)), red);
}

function totalWords(files: FileChange[], truncated: boolean): string {
  const sum = (numbers: (number | null)[]): number => numbers.reduce<number>((total, one) => total + (one ?? 0), 0);
  const additions = sum(files.map((file) => file.additions));
  const deletions = sum(files.map((file) => file.deletions));
  const counted = files.every((file) => file.binary || file.additions !== null);
  const least = counted && !truncated ? '' : 'at least ';
  const words = [plural(files.length, 'file'), `${least}${plural(additions, 'line')} added`, `${deletions} removed`];
  return ` ${words.join(', ')}`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
