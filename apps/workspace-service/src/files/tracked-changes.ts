import { fileLimits, type FileChange } from '@aicode/contracts';

import type { DiffBudget } from './diff-budget.js';
import { LineSplitter } from './line-splitter.js';
import { textOf, unquoted, withPrefix } from './quoted-path.js';

/** Output of git that is read at most; a diff that is longer is known in part. */
const outputBytes = 32 * 1024 ** 2;

const statuses: Record<string, FileChange['status']> = { A: 'added', D: 'deleted', R: 'renamed', C: 'added' };

interface Change {
  file: FileChange;
  /** Lines of its patch that are kept. */
  lines: string[];
  bytes: number;
  additions: number;
  deletions: number;
  /** Its part of the output has begun, and has come to its end. */
  begun: boolean;
  ended: boolean;
}

/**
 * Reads `git diff --raw --patch` as it comes: first a line for each file, then each one's patch in lines, of which no more is
 * kept than may be shown. Every line of content begins with a mark, so content cannot pass for a header.
 */
export class TrackedChanges {
  private readonly changes: Change[] = [];
  private readonly byHeader = new Map<string, Change>();
  private readonly lines = new LineSplitter((line) => this.read(line));
  private current: Change | undefined;
  private place: 'list' | 'header' | 'content' = 'list';
  private bytes = 0;
  private cut = false;

  constructor(private readonly budget: DiffBudget) {}

  /** False once nothing more is wanted. */
  push(chunk: Buffer): boolean {
    this.bytes += chunk.length;
    this.lines.push(chunk);
    this.cut = this.bytes > outputBytes;
    return !this.cut;
  }

  finish(): FileChange[] {
    if (this.cut) this.budget.exceeded = true;
    else {
      this.lines.finish();
      if (this.current) this.current.ended = true;
    }
    // Touched, but the same: git lists it sometimes, and has no patch for it.
    return this.changes.filter((change) => this.cut || change.begun).map(toFile);
  }

  private read(line: Buffer): void {
    if (this.place === 'list' && line[0] === code(':')) return this.list(line.toString('latin1'));
    if (startsWith(line, 'diff --git ')) return this.begin(line);
    if (!this.current) return;
    if (this.place === 'header') this.readHeader(line);
    else this.count(line);
    this.keep(line);
  }

  /** `:100644 100644 1234567 0000000 R086<tab>old<tab>new` */
  private list(line: string): void {
    const [facts = '', first = '', second] = line.split('\t');
    const letter = facts.split(' ').at(-1)?.charAt(0) ?? '';
    const [path, oldPath] = second === undefined ? [first, null] : [second, first];
    const names = { path: textOf(unquoted(path)), old_path: oldPath === null ? null : textOf(unquoted(oldPath)) };
    const header = `${withPrefix('a/', oldPath ?? path)} ${withPrefix('b/', path)}`;
    if (!this.budget.takeFile(names.path, names.old_path)) return;
    const change: Change = {
      file: {
        ...names,
        old_path: letter === 'R' ? names.old_path : null,
        status: statuses[letter] ?? 'modified',
        ...{ binary: false, additions: null, deletions: null, patch: null, truncated: false },
      },
      ...{ lines: [], bytes: 0, additions: 0, deletions: 0, begun: false, ended: false },
    };
    this.changes.push(change);
    this.byHeader.set(header, change);
  }

  private begin(line: Buffer): void {
    if (this.current) this.current.ended = true;
    this.place = 'header';
    this.current = this.byHeader.get(line.subarray('diff --git '.length).toString('latin1'));
    if (!this.current) return;
    // A file that became a link has two parts: what went, and what came.
    this.current.begun = true;
    this.current.ended = false;
    this.keep(line);
  }

  private readHeader(line: Buffer): void {
    if (startsWith(line, '@@ ')) this.place = 'content';
    if (this.current && startsWith(line, 'Binary files ')) this.current.file.binary = true;
  }

  private count(line: Buffer): void {
    if (!this.current) return;
    if (line[0] === code('+')) this.current.additions += 1;
    if (line[0] === code('-')) this.current.deletions += 1;
  }

  private keep(line: Buffer): void {
    const change = this.current;
    if (!change || change.file.truncated) return;
    change.bytes += line.length + 1;
    const text = change.bytes > fileLimits.patchBytes ? '' : `${line.toString('utf8')}\n`;
    if (text !== '' && this.budget.takePatch(text)) change.lines.push(text);
    else change.file.truncated = true;
  }
}

function toFile({ file, lines, additions, deletions, begun, ended }: Change): FileChange {
  const counted = begun && ended && !file.binary;
  return {
    ...file,
    additions: counted ? additions : null,
    deletions: counted ? deletions : null,
    patch: lines.length === 0 ? null : lines.join(''),
    truncated: file.truncated || (begun && !ended),
  };
}

function code(character: string): number {
  return character.charCodeAt(0);
}

function startsWith(line: Buffer, text: string): boolean {
  return line.length >= text.length && line.subarray(0, text.length).toString('latin1') === text;
}
