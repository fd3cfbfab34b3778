import type { LogEntry } from '@aicode/contracts';
import { renderEntry, withoutSaidTwice, type LogBlock, type Speaker } from '@aicode/log-view';

import { entryKey, type Call, type CallBlock, type PlainBlock, type ResultBlock, type Row } from './row.js';

const blocks = new WeakMap<LogEntry, readonly LogBlock[]>();

/** An entry is rendered once, however often rows are built of it. */
function blocksOf(entry: LogEntry): readonly LogBlock[] {
  const known = blocks.get(entry);
  if (known) return known;
  const rendered = renderEntry(entry);
  blocks.set(entry, rendered);
  return rendered;
}

/** The rows of entries that follow each other. Rows that are as they were in `previous` are the same objects. */
export function buildRows(entries: readonly LogEntry[], previous: readonly Row[] = []): readonly Row[] {
  const builder = new RowBuilder();
  for (const entry of entries) builder.add(entry);
  return keepSame(builder.rows(), previous);
}

class RowBuilder {
  private readonly made: Row[] = [];
  /** Calls whose row can still change, by the id that their results name. */
  private readonly open = new Map<string, { row: number; call: number }>();
  private readonly once = withoutSaidTwice();
  private attempt: number | null = null;

  add(entry: LogEntry): void {
    this.boundary(entry);
    this.once(blocksOf(entry)).forEach((block, part) => this.block(entry, entryKey(entry, part), block));
  }

  rows(): Row[] {
    return this.made;
  }

  private boundary({ seq, attempt, time }: LogEntry): void {
    if (this.attempt !== null && attempt > this.attempt) {
      this.made.push({ kind: 'attempt', key: `attempt-${attempt}`, seq, attempt, time });
    }
    this.attempt = Math.max(this.attempt ?? 0, attempt);
  }

  private block(entry: LogEntry, key: string, block: LogBlock): void {
    if (block.kind === 'tool_call' || block.kind === 'edit') this.call(entry, key, block);
    else if (block.kind === 'tool_result' || block.kind === 'edited') this.result(entry, key, block);
    else if (block.kind !== 'thinking' || block.text !== '') this.plain(entry, key, block);
  }

  private plain({ seq, time, attempt }: LogEntry, key: string, block: PlainBlock): void {
    this.made.push({ kind: 'block', key, seq, time, attempt, block });
  }

  private call({ seq, time, attempt }: LogEntry, key: string, block: CallBlock): void {
    const call: Call = { key, seq, time, attempt, call: block, results: [] };
    const { tool, by } = block;
    const last = this.made.at(-1);
    if (block.kind === 'edit') this.made.push({ kind: 'edit', key, seq, attempt, tool, by, call });
    else if (last?.kind === 'calls' && joins(last, tool, by, attempt)) {
      this.made[this.made.length - 1] = { ...last, calls: [...last.calls, call] };
    } else this.made.push({ kind: 'calls', key, seq, attempt, tool, by, calls: [call] });
    const row = this.made.length - 1;
    const made = this.made[row];
    if (block.id !== null) this.open.set(block.id, { row, call: made?.kind === 'calls' ? made.calls.length - 1 : 0 });
  }

  private result({ seq, time, attempt }: LogEntry, key: string, block: ResultBlock): void {
    const place = block.id === null ? undefined : this.open.get(block.id);
    const row = place && this.made[place.row];
    const result = { seq, time, block };
    if (place && row?.kind === 'edit') {
      this.made[place.row] = { ...row, call: { ...row.call, results: [...row.call.results, result] } };
    } else if (place && row?.kind === 'calls') {
      const calls = row.calls.map((call, index) =>
        index === place.call ? { ...call, results: [...call.results, result] } : call,
      );
      this.made[place.row] = { ...row, calls };
    } else {
      const call: Call = { key, seq, time, attempt, call: null, results: [result] };
      if (block.kind === 'edited') this.made.push({ kind: 'edit', key, seq, attempt, tool: '', by: null, call });
      else this.made.push({ kind: 'calls', key, seq, attempt, tool: '', by: null, calls: [call] });
    }
  }
}

function joins(row: Extract<Row, { kind: 'calls' }>, tool: string, by: Speaker, attempt: number): boolean {
  return row.tool === tool && row.attempt === attempt && row.by?.id === by?.id && row.calls[0]?.call != null;
}

function keepSame(rows: readonly Row[], previous: readonly Row[]): readonly Row[] {
  if (previous.length === 0) return rows;
  const known = new Map(previous.map((row) => [row.key, row]));
  return rows.map((row) => {
    const old = known.get(row.key);
    return old && isSame(old, row) ? old : row;
  });
}

function isSame(a: Row, b: Row): boolean {
  if (a.seq !== b.seq || a.attempt !== b.attempt) return false;
  if (a.kind === 'block' && b.kind === 'block') return a.block === b.block || sameResult(a.block, b.block);
  if (a.kind === 'calls' && b.kind === 'calls') {
    return a.calls.length === b.calls.length && a.calls.every((call, index) => sameCall(call, b.calls[index]));
  }
  if (a.kind === 'edit' && b.kind === 'edit') return sameCall(a.call, b.call);
  return a.kind === b.kind;
}

/** A result loses its text where the model has just said it: that makes a new object each time. */
function sameResult(a: PlainBlock, b: PlainBlock): boolean {
  return a.kind === 'result' && b.kind === 'result' && a.text === b.text && a.failed === b.failed;
}

function sameCall(a: Call, b: Call | undefined): boolean {
  if (!b || a.call !== b.call || a.results.length !== b.results.length) return false;
  return a.results.every((result, index) => result.block === b.results[index]?.block);
}
