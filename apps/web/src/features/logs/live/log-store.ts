import { formatCursor, type DomainError, type LogEntry, type Task } from '@aicode/contracts';
import { renderEntry } from '@aicode/log-view';

import {
  append,
  emptyWindow,
  hasEnd,
  hasStart,
  knowEnd,
  lastSeq,
  prepend,
  replace,
  resetTo,
  trim,
  windowLimits,
  type LogWindow,
} from '../model/log-window.js';
import type { Frames } from './frames.js';
import { LiveEnd } from './live-end.js';
import { beyondEnd, type LogPort, type LogSink } from './log-port.js';
import { readRange } from './read-range.js';

export interface LogSnapshot {
  window: LogWindow;
  /** `opening` until the first entries are there, or it is known that there are none. */
  status: 'opening' | 'open' | 'failed';
  error: Error | null;
  /** Which side is being read. */
  loading: 'before' | 'after' | 'around' | null;
}

export interface LogListener {
  changed: () => void;
  /** Entries came at the end that have something to read; how many of them tell of an error. */
  arrived: (rows: number, errors: number) => void;
  /** The task as the log's own stream tells of it: its end comes behind the last line. */
  task: (task: Task, end: boolean) => void;
}

/** So many entries are read at a time. */
export const pageEntries = 500;
/** So many of them before a line that is looked for. */
const beforeTarget = 200;

/** One task's log in memory: a window into it that moves, and its end as it grows. */
export class LogStore {
  private snapshot: LogSnapshot = { window: emptyWindow, status: 'opening', error: null, loading: null };
  private readonly closing = new AbortController();
  private liveEnd = new LiveEnd(0);
  private incoming: LogEntry[] = [];
  private stopLive: (() => void) | null = null;
  /** Told where the end is, once: while the log is being opened. */
  private foundEnd: ((seq: number) => void) | null = null;
  private following = true;
  private reading: AbortController | null = null;

  constructor(
    private readonly port: LogPort,
    private readonly frames: Frames,
    private readonly listener: LogListener,
    /** How long the live connection is waited for before the log is read without it (milliseconds). */
    private readonly patienceMs = 5000,
  ) {}

  readonly current = (): LogSnapshot => this.snapshot;

  /** @param target the line to begin at; null for the end */
  async open(target: number | null): Promise<void> {
    this.set({ status: 'opening', error: null });
    try {
      const end = await this.findEnd();
      if (end === null) await this.readStart();
      else {
        this.update(knowEnd(this.snapshot.window, end));
        if (target === null || target > end) await this.readEnd(end);
        else await this.showAround(target);
      }
      this.set({ status: this.snapshot.error ? 'failed' : 'open' });
    } catch (error) {
      this.fail(error);
    }
  }

  close(): void {
    this.closing.abort();
    this.reading?.abort();
    this.stopLive?.();
    this.frames.cancel();
  }

  /** Which side may be dropped when there is too much: nobody looks at the beginning while the end is followed. */
  setFollowing(following: boolean): void {
    this.following = following;
  }

  async loadBefore(): Promise<void> {
    const { window, loading } = this.snapshot;
    if (loading || hasStart(window)) return;
    await this.read('before', async (signal) => {
      const entries = await readRange(this.port, Math.max(0, window.before - pageEntries), window.before, signal);
      this.update(trim(prepend(this.snapshot.window, entries), 'end'));
    });
  }

  async loadAfter(): Promise<void> {
    const { window, loading } = this.snapshot;
    if (loading || hasEnd(window)) return;
    const live = this.liveEnd.after(lastSeq(window));
    if (live && live.length > 0) return this.update(trim(append(window, live.slice(0, pageEntries)), 'start'));
    await this.read('after', async (signal) => {
      const last = lastSeq(window);
      const entries = await readRange(this.port, last, last + pageEntries, signal);
      const grown = append(this.snapshot.window, entries);
      this.update(entries.length === 0 ? resetTo(grown, Math.max(last, this.liveEnd.seq)) : trim(grown, 'start'));
    });
  }

  /** Brings a line into the window. */
  async showAround(seq: number): Promise<void> {
    const { window } = this.snapshot;
    if (seq > window.before && seq <= lastSeq(window)) return;
    this.reading?.abort();
    await this.read('around', async (signal) => {
      const before = Math.max(0, seq - beforeTarget - 1);
      const entries = await readRange(this.port, before, before + pageEntries, signal);
      this.update(replace(this.snapshot.window, before, entries));
    });
  }

  async showStart(): Promise<void> {
    await this.showAround(1);
  }

  /** Brings the log's end into the window. */
  async showEnd(): Promise<void> {
    const { window } = this.snapshot;
    if (hasEnd(window)) return;
    const live = this.liveEnd.all();
    const first = live[0];
    if (first && live.length >= 100) return this.update(replace(window, first.seq - 1, live));
    this.reading?.abort();
    await this.read('around', (signal) => this.readBack(window.end, signal));
  }

  /** Asks once more whether something came behind the last line. */
  async lookForLate(): Promise<void> {
    const place = this.snapshot.window.end;
    const entries = await readRange(this.port, place, place + pageEntries, this.closing.signal);
    for (const entry of entries) this.sink.entry(entry);
  }

  /** Null if the live connection does not tell in time: it comes back by itself, the pages need not wait for it. */
  private findEnd(): Promise<number | null> {
    this.stopLive?.();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(null), this.patienceMs);
      const settle = (work: () => void): void => {
        clearTimeout(timer);
        work();
      };
      this.closing.signal.addEventListener('abort', () =>
        settle(() => reject(new DOMException('Closed.', 'AbortError'))),
      );
      this.foundEnd = (seq) => settle(() => resolve(seq));
      this.stopLive = this.port.follow(beyondEnd, { ...this.sink, problem: (error) => settle(() => reject(error)) });
    });
  }

  private async readStart(): Promise<void> {
    const { items, complete } = await this.port.page(0, pageEntries, this.closing.signal);
    const window = replace(this.snapshot.window, 0, items);
    this.update(complete ? window : knowEnd(window, lastSeq(window) + 1));
  }

  private async readEnd(end: number): Promise<void> {
    await this.read('around', (signal) => this.readBack(end, signal));
    const { window, error } = this.snapshot;
    if (error || hasEnd(window)) return;
    // What the pages do not have yet comes live: from where they end.
    const last = window.entries.at(-1);
    this.incoming = [];
    this.liveEnd = new LiveEnd(lastSeq(window));
    this.stopLive?.();
    this.stopLive = this.port.follow(last ? formatCursor(last) : String(window.before), this.sink);
  }

  private async readBack(end: number, signal: AbortSignal): Promise<void> {
    const before = Math.max(0, end - pageEntries);
    const entries = await readRange(this.port, before, end, signal);
    const window = replace(this.snapshot.window, before, entries);
    this.update(append(window, this.liveEnd.after(lastSeq(window)) ?? []));
  }

  private readonly sink: LogSink = {
    entry: (entry) => {
      this.incoming.push(entry);
      this.frames.ask(() => this.take());
    },
    reset: (from) => this.reset(from),
    task: (task, end) => {
      if (end) this.take();
      this.listener.task(task, end);
    },
    problem: (error: DomainError) => this.set({ error }),
  };

  private reset(from: number): void {
    this.take();
    this.liveEnd.reset(from);
    const found = this.foundEnd;
    this.foundEnd = null;
    found?.(from);
    // While it opens, and where it was opened without this answer, the pages that are there stay.
    if (found) this.update(knowEnd(this.snapshot.window, from));
    else this.update(resetTo(this.snapshot.window, from));
  }

  /** Once a frame: what came goes to the end, and into the window if that reaches it and has room. */
  private take(): void {
    const entries = this.incoming;
    if (entries.length === 0) return;
    this.incoming = [];
    const { window } = this.snapshot;
    const reachesEnd = lastSeq(window) >= this.liveEnd.seq;
    for (const entry of entries) this.liveEnd.add(entry);
    this.count(entries.filter((entry) => entry.seq > window.end));
    const joins = reachesEnd && (this.following || window.entries.length < windowLimits.entries);
    const grown = joins ? append(window, entries) : knowEnd(window, this.liveEnd.seq);
    this.update(this.following ? trim(grown, 'start') : grown);
  }

  private count(entries: readonly LogEntry[]): void {
    const blocks = entries.flatMap((entry) => renderEntry(entry).map((block) => ({ entry, block })));
    const isBad = ({ entry, block }: (typeof blocks)[number]): boolean =>
      entry.level === 'error' || (block.kind === 'tool_result' && block.failed);
    if (blocks.length > 0) this.listener.arrived(blocks.length, blocks.filter(isBad).length);
  }

  private async read(what: 'before' | 'after' | 'around', work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const reading = new AbortController();
    this.reading = reading;
    this.set({ loading: what, error: null });
    try {
      await work(AbortSignal.any([reading.signal, this.closing.signal]));
      if (this.reading === reading) this.set({ loading: null });
    } catch (error) {
      if (reading.signal.aborted || this.closing.signal.aborted) return;
      this.set({ loading: null, error: error instanceof Error ? error : new Error(String(error)) });
    }
  }

  private fail(error: unknown): void {
    if (this.closing.signal.aborted) return;
    this.set({ status: 'failed', loading: null, error: error instanceof Error ? error : new Error(String(error)) });
  }

  private update(window: LogWindow): void {
    if (window !== this.snapshot.window) this.set({ window });
  }

  private set(change: Partial<LogSnapshot>): void {
    if (this.closing.signal.aborted) return;
    this.snapshot = { ...this.snapshot, ...change };
    this.listener.changed();
  }
}
