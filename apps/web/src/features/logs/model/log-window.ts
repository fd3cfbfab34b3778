import type { LogEntry } from '@aicode/contracts';

/** The part of a log that is in memory: entries without gap, and how far the log goes as we know. */
export interface LogWindow {
  entries: readonly LogEntry[];
  /** Seq before the first entry here: 0 at the log's beginning. */
  before: number;
  /** The last seq that we know to exist. */
  end: number;
}

export interface WindowLimits {
  entries: number;
  /** In characters, about. */
  weight: number;
}

/** About so much is kept in memory; the rest is read again when it is looked at. */
export const windowLimits: WindowLimits = { entries: 5000, weight: 24 * 1024 ** 2 };

export const emptyWindow: LogWindow = { entries: [], before: 0, end: 0 };

/** The last seq in the window. */
export function lastSeq(window: LogWindow): number {
  return window.before + window.entries.length;
}

export function hasStart(window: LogWindow): boolean {
  return window.before === 0;
}

/** True if nothing that we know of comes after the window. */
export function hasEnd(window: LogWindow): boolean {
  return lastSeq(window) >= window.end;
}

/** The entries that continue the window are taken; those that it has are left out, and so is what comes behind a gap. */
export function append(window: LogWindow, entries: readonly LogEntry[]): LogWindow {
  const fresh: LogEntry[] = [];
  let last = lastSeq(window);
  for (const entry of entries) {
    if (entry.seq !== last + 1) continue;
    fresh.push(entry);
    last = entry.seq;
  }
  if (fresh.length === 0) return window;
  return { ...window, entries: [...window.entries, ...fresh], end: Math.max(window.end, last) };
}

/** Puts older entries before the window; only such that reach up to it. */
export function prepend(window: LogWindow, entries: readonly LogEntry[]): LogWindow {
  const older: LogEntry[] = [];
  let before = window.before;
  for (const entry of [...entries].reverse()) {
    if (entry.seq !== before) continue;
    older.push(entry);
    before = entry.seq - 1;
  }
  if (older.length === 0) return window;
  return { ...window, before, entries: [...older.reverse(), ...window.entries] };
}

/** A window that begins anew with these entries, which follow each other. */
export function replace(window: LogWindow, before: number, entries: readonly LogEntry[]): LogWindow {
  const empty = { entries: [], before, end: Math.max(window.end, before) };
  return append(empty, entries);
}

/** The log was set back: what came after `from` is not the log any more. */
export function resetTo(window: LogWindow, from: number): LogWindow {
  if (from >= lastSeq(window)) return { ...window, end: from };
  if (from <= window.before) return { entries: [], before: from, end: from };
  return { entries: window.entries.slice(0, from - window.before), before: window.before, end: from };
}

export function knowEnd(window: LogWindow, end: number): LogWindow {
  return end > window.end ? { ...window, end } : window;
}

/** Drops what is too much at the side that nobody looks at. */
export function trim(window: LogWindow, side: 'start' | 'end', limits: WindowLimits = windowLimits): LogWindow {
  const kept = side === 'start' ? keepLast(window.entries, limits) : keepFirst(window.entries, limits);
  const dropped = window.entries.length - kept.length;
  if (dropped === 0) return window;
  return { ...window, entries: kept, before: window.before + (side === 'start' ? dropped : 0) };
}

function keepLast(entries: readonly LogEntry[], limits: WindowLimits): readonly LogEntry[] {
  let weight = 0;
  let index = entries.length;
  while (index > 0 && entries.length - index < limits.entries) {
    weight += weigh(entries[index - 1]);
    if (weight > limits.weight && index < entries.length) break;
    index -= 1;
  }
  return index === 0 ? entries : entries.slice(index);
}

function keepFirst(entries: readonly LogEntry[], limits: WindowLimits): readonly LogEntry[] {
  let weight = 0;
  let count = 0;
  while (count < entries.length && count < limits.entries) {
    weight += weigh(entries[count]);
    if (weight > limits.weight && count > 0) break;
    count += 1;
  }
  return count === entries.length ? entries : entries.slice(0, count);
}

const weights = new WeakMap<LogEntry, number>();

/** Characters of an entry, about; reckoned once. */
export function weigh(entry: LogEntry | undefined): number {
  if (!entry) return 0;
  const known = weights.get(entry);
  if (known !== undefined) return known;
  const weight = 100 + entry.message.length + weighValue(entry.data);
  weights.set(entry, weight);
  return weight;
}

function weighValue(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.values(value).reduce((sum: number, part: unknown) => sum + weighValue(part) + 16, 0);
}
