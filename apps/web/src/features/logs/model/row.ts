import type { LogEntry } from '@aicode/contracts';
import type { LogBlock, Speaker } from '@aicode/log-view';

export type BlockOf<K extends LogBlock['kind']> = Extract<LogBlock, { kind: K }>;
export type CallBlock = BlockOf<'tool_call'> | BlockOf<'edit'>;
export type ResultBlock = BlockOf<'tool_result'> | BlockOf<'edited'>;
/** Blocks that are a row by themselves. */
export type PlainBlock = Exclude<LogBlock, CallBlock | ResultBlock>;

/** One use of a tool with what came of it. */
export interface Call {
  key: string;
  seq: number;
  time: string;
  attempt: number;
  /** Null where only the result is in the window. */
  call: CallBlock | null;
  results: readonly { seq: number; time: string; block: ResultBlock }[];
}

/** One row of the readable log. Its key is made of the seq of its first entry, never of its place in the list. */
export type Row =
  | { kind: 'block'; key: string; seq: number; time: string; attempt: number; block: PlainBlock }
  /** Calls of one tool that follow each other. */
  | { kind: 'calls'; key: string; seq: number; attempt: number; tool: string; by: Speaker; calls: readonly Call[] }
  /** A change of a file. */
  | { kind: 'edit'; key: string; seq: number; attempt: number; tool: string; by: Speaker; call: Call }
  /** Where another attempt begins. */
  | { kind: 'attempt'; key: string; seq: number; attempt: number; time: string };

export function hasFailed(call: Call): boolean {
  return call.results.some(({ block }) => block.kind === 'tool_result' && block.failed);
}

export function callsOf(row: Row): readonly Call[] {
  if (row.kind === 'calls') return row.calls;
  return row.kind === 'edit' ? [row.call] : [];
}

/** Whether people look for this row when they look for what went wrong. */
export function isError(row: Row): boolean {
  if (row.kind !== 'block') return callsOf(row).some(hasFailed);
  const { block } = row;
  if (block.kind === 'result') return block.failed;
  if (block.kind === 'end') return block.outcome === 'failed' || block.outcome === 'timed_out';
  return (block.kind === 'notice' || block.kind === 'platform') && block.level === 'error';
}

/** Every seq that a row shows. */
export function seqsOf(row: Row): number[] {
  const calls = callsOf(row);
  if (calls.length === 0) return [row.seq];
  return calls.flatMap(seqsOfCall);
}

export function seqsOfCall(call: Call): number[] {
  return [call.seq, ...call.results.map(({ seq }) => seq)];
}

/**
 * Index of the row that shows an entry; of the last one before it where the entry itself is not shown (the CLI's bookkeeping);
 * 0 if there is none, -1 if there are no rows.
 */
export function rowIndexOf(rows: readonly Row[], seq: number): number {
  const exact = rows.findIndex((row) => row.kind !== 'attempt' && seqsOf(row).includes(seq));
  if (exact >= 0) return exact;
  return rows.length === 0
    ? -1
    : Math.max(
        0,
        rows.findLastIndex((row) => row.seq <= seq),
      );
}

/** Where a finished task's log opens: at its first error if it failed, else at its result. -1: at its end. */
export function openingRow(rows: readonly Row[], failed: boolean): number {
  if (failed) {
    const attempt = rows.at(-1)?.attempt;
    const error = rows.findIndex((row) => row.attempt === attempt && isError(row));
    if (error >= 0) return error;
  }
  return rows.findLastIndex((row) => row.kind === 'block' && row.block.kind === 'result');
}

/** Key of the call that failed last: the only one that opens by itself. */
export function lastFailure(rows: readonly Row[]): string | null {
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    const row = rows[index];
    const failed = row ? callsOf(row).findLast(hasFailed) : undefined;
    if (failed) return failed.key;
  }
  return null;
}

export function entryKey(entry: LogEntry, part: number): string {
  return part === 0 ? String(entry.seq) : `${entry.seq}.${part}`;
}
