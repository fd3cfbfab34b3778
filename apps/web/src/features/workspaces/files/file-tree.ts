import type { FileEntry } from '@aicode/contracts';

/** An entry of a directory, as far as the tree shows it. */
export type TreeEntry = Pick<FileEntry, 'name' | 'path' | 'type' | 'size' | 'target'>;

/** What is known of a directory's content. */
export type Listing =
  | { state: 'loading' }
  | { state: 'failed'; message: string }
  | { state: 'loaded'; entries: readonly TreeEntry[]; truncated: boolean };

/** One line of the tree, top to bottom as it is read. */
export type TreeRow =
  | {
      kind: 'entry';
      key: string;
      depth: number;
      entry: TreeEntry;
      open: boolean;
      parent: string;
      at: number;
      of: number;
    }
  | { kind: 'loading' | 'empty' | 'truncated'; key: string; depth: number; parent: string }
  | { kind: 'failed'; key: string; depth: number; parent: string; message: string };

/** The path of the workspace itself. */
export const rootPath = '';

/** The rows of a tree, of which only open directories have been asked for. */
export function treeRows(listingOf: (path: string) => Listing, open: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  addDirectory(rows, rootPath, 0, listingOf, open);
  return rows;
}

function addDirectory(
  rows: TreeRow[],
  parent: string,
  depth: number,
  listingOf: (path: string) => Listing,
  open: ReadonlySet<string>,
): void {
  const listing = listingOf(parent);
  const key = (kind: string): string => `${kind}:${parent}`;
  if (listing.state === 'loading') return void rows.push({ kind: 'loading', key: key('loading'), depth, parent });
  if (listing.state === 'failed') {
    return void rows.push({ kind: 'failed', key: key('failed'), depth, parent, message: listing.message });
  }
  if (listing.entries.length === 0) rows.push({ kind: 'empty', key: key('empty'), depth, parent });
  const sorted = [...listing.entries].sort(byKindAndName);
  sorted.forEach((entry, at) => {
    const isOpen = entry.type === 'directory' && open.has(entry.path);
    rows.push({ kind: 'entry', key: entry.path, depth, entry, open: isOpen, parent, at: at + 1, of: sorted.length });
    if (isOpen) addDirectory(rows, entry.path, depth + 1, listingOf, open);
  });
  if (listing.truncated) rows.push({ kind: 'truncated', key: key('truncated'), depth, parent });
}

function byKindAndName(a: TreeEntry, b: TreeEntry): number {
  const rank = (entry: TreeEntry): number => (entry.type === 'directory' ? 0 : 1);
  return rank(a) - rank(b) || collator.compare(a.name, b.name);
}
const collator = new Intl.Collator(undefined, { numeric: true });

export type TreeMove =
  { do: 'focus'; path: string } | { do: 'open' | 'close' | 'select'; path: string } | { do: 'nothing' };

/** What a key does in a tree (WAI-ARIA, pattern "Tree View"). */
export function treeKey(rows: readonly TreeRow[], focused: string | null, key: string): TreeMove {
  const entries = rows.filter((row) => row.kind === 'entry');
  const index = entries.findIndex((row) => row.key === focused);
  const to = (at: number): TreeMove => {
    const row = entries[at];
    return row ? { do: 'focus', path: row.key } : { do: 'nothing' };
  };
  const row = entries[index];
  if (!row) return key === 'End' ? to(entries.length - 1) : isMove(key) ? to(0) : { do: 'nothing' };
  const directory = row.entry.type === 'directory';
  switch (key) {
    case 'ArrowDown':
      return to(index + 1);
    case 'ArrowUp':
      return to(index - 1);
    case 'Home':
      return to(0);
    case 'End':
      return to(entries.length - 1);
    case 'ArrowRight':
      if (!directory) return { do: 'nothing' };
      if (!row.open) return { do: 'open', path: row.key };
      return entries[index + 1]?.parent === row.key ? to(index + 1) : { do: 'nothing' };
    case 'ArrowLeft':
      if (row.open) return { do: 'close', path: row.key };
      return row.parent === rootPath ? { do: 'nothing' } : { do: 'focus', path: row.parent };
    case 'Enter':
    case ' ':
      return { do: directory ? (row.open ? 'close' : 'open') : 'select', path: row.key };
    default:
      return key.length === 1 ? startingWith(entries, index, key) : { do: 'nothing' };
  }
}

function isMove(key: string): boolean {
  return ['ArrowDown', 'ArrowUp', 'Home', 'ArrowRight'].includes(key);
}

function startingWith(
  entries: readonly Extract<TreeRow, { kind: 'entry' }>[],
  index: number,
  letter: string,
): TreeMove {
  const begins = letter.toLocaleLowerCase();
  const order = [...entries.slice(index + 1), ...entries.slice(0, index + 1)];
  const found = order.find((row) => row.entry.name.toLocaleLowerCase().startsWith(begins));
  return found ? { do: 'focus', path: found.key } : { do: 'nothing' };
}

/** The directories above a path, the outermost first: `a/b/c.ts` lies in `a` and `a/b`. */
export function directoriesAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/')).filter(Boolean);
}
