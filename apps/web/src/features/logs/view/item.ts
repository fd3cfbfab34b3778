import type { LogEntry } from '@aicode/contracts';

import { estimateRow } from '../model/estimate.js';
import { rowIndexOf, type Row } from '../model/row.js';

/** One row of the list, readable or raw. */
export type Item =
  | { kind: 'command'; key: string; text: string }
  | { kind: 'row'; key: string; row: Row }
  | { kind: 'raw'; key: string; entry: LogEntry };

export function readableItems(taskId: string, rows: readonly Row[], command: string | null): Item[] {
  const items = rows.map((row): Item => ({ kind: 'row', key: `${taskId}:${row.key}`, row }));
  return command === null ? items : [{ kind: 'command', key: `${taskId}:command`, text: command }, ...items];
}

export function rawItems(taskId: string, entries: readonly LogEntry[]): Item[] {
  return entries.map((entry) => ({ kind: 'raw', key: `${taskId}:raw-${entry.seq}`, entry }));
}

export function estimateItem(item: Item | undefined): number {
  if (item?.kind === 'row') return estimateRow(item.row);
  if (item?.kind === 'command') return 60 + Math.ceil(Math.min(item.text.length, 1200) / 90) * 20;
  return 20;
}

/** Index of the item that shows a line, -1 if none does. */
export function itemIndexOf(items: readonly Item[], seq: number): number {
  const offset = items.findIndex(({ kind }) => kind !== 'command');
  if (offset < 0) return -1;
  const first = items[offset];
  if (first?.kind === 'raw') {
    const index = offset + seq - first.entry.seq;
    return index >= offset && index < items.length ? index : -1;
  }
  const rows = items.slice(offset).flatMap((item) => (item.kind === 'row' ? [item.row] : []));
  return offset + rowIndexOf(rows, seq);
}

export function seqOfItem(item: Item | undefined): number | null {
  if (item?.kind === 'row') return item.row.seq;
  return item?.kind === 'raw' ? item.entry.seq : null;
}
