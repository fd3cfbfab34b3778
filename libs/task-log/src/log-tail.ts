import { setTimeout as delay } from 'node:timers/promises';

import type { LogEntry } from '@aicode/contracts';
import type { Redis } from 'ioredis';

import { logKeys, seqOfId, taskOfStream } from './keys.js';
import { LogStore } from './log-store.js';
import { decodeEntry, type RawEntry } from './stream-entry.js';

/** Where live entries go. Order is kept; contiguity is the reader's to check, since trimmed entries leave no sign. */
export interface TailSink {
  entries(batch: LogEntry[]): void;
  /** The stream may have lost its tail (Redis restarted, or it ends before the cursor): find the place again. */
  unsure(): void;
}

interface Watch {
  /** Everything up to here has been given to the sinks. */
  seq: number;
  sinks: Map<TailSink, number>;
}

const blockMs = 1000;
const readCount = 500;

/**
 * One reader for all watched tasks of a process: a single blocking connection, fanned out to the sinks. A new watch wakes
 * it by CLIENT UNBLOCK rather than waiting for the block to end.
 */
export class LogTail {
  private readonly watches = new Map<string, Watch>();
  private readonly store: LogStore;
  private readonly loop: Promise<void>;
  private clientId: number | undefined;
  /** Counts changes of what is watched, and up to which change the reader knows. */
  private changes = 0;
  private changesRead = 0;
  private wake: () => void = () => undefined;
  private stopped = false;

  /**
   * @param blocking a connection of its own for the blocking read
   * @param shared a connection for everything else
   */
  constructor(
    private readonly blocking: Redis,
    private readonly shared: Redis,
    private readonly onError: (error: unknown) => void,
  ) {
    this.store = new LogStore(shared);
    blocking.on('close', () => this.disconnected());
    this.loop = this.run().finally(() => (this.changesRead = Number.POSITIVE_INFINITY));
  }

  /** Gives the sink what the stream holds after a seq, then what comes. */
  follow(taskId: string, afterSeq: number, sink: TailSink): { stop(): void } {
    const watch = this.watches.get(taskId) ?? { seq: afterSeq, sinks: new Map<TailSink, number>() };
    if (watch.sinks.size === 0) watch.seq = afterSeq;
    // Going back is simple and right: sinks ahead of the place skip what they have.
    watch.seq = Math.min(watch.seq, afterSeq);
    watch.sinks.set(sink, afterSeq);
    this.watches.set(taskId, watch);
    void this.unblock();
    return {
      stop: (): void => {
        watch.sinks.delete(sink);
        if (watch.sinks.size === 0 && this.watches.get(taskId) === watch) this.watches.delete(taskId);
      },
    };
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.unblock();
    await this.loop;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      if (this.watches.size === 0) await new Promise<void>((resolve) => (this.wake = resolve));
      if (this.stopped) return;
      try {
        await this.readOnce();
      } catch (error) {
        if (this.stopped) return;
        this.onError(error);
        await delay(200);
      }
    }
  }

  private async readOnce(): Promise<void> {
    this.clientId ??= await this.blocking.client('ID');
    this.changesRead = this.changes;
    const watched = [...this.watches];
    if (watched.length === 0) return;
    const keys = watched.map(([taskId]) => logKeys.stream(taskId));
    const begun = new Map(watched.map(([taskId, watch]) => [taskId, watch.seq]));
    const ids = [...begun.values()].map((seq) => `${seq}-0`);
    const streams = await this.blocking.xread('COUNT', readCount, 'BLOCK', blockMs, 'STREAMS', ...keys, ...ids);
    if (streams) for (const [key, raw] of streams) this.deliver(taskOfStream(key), raw, begun);
    else await this.compareEnds(watched);
  }

  /** @param begun the seq after which the read began, by task */
  private deliver(taskId: string, raw: RawEntry[], begun: ReadonlyMap<string, number>): void {
    const watch = this.watches.get(taskId);
    const last = raw.at(-1);
    if (!watch || !last) return;
    // A sink joined further back while this was read: the next read starts there, and brings this again.
    if (watch.seq < (begun.get(taskId) ?? 0)) return;
    const entries = raw.map(decodeEntry);
    watch.seq = seqOfId(last[0]);
    for (const [sink, after] of watch.sinks) {
      const fresh = entries.filter((entry) => entry.seq > after);
      if (fresh.length === 0) continue;
      watch.sinks.set(sink, watch.seq);
      sink.entries(fresh);
    }
  }

  /** At an idle time-out: a stream that ends before our place has lost its tail, and would never show it by itself. */
  private async compareEnds(watched: [string, Watch][]): Promise<void> {
    for (const [taskId, watch] of watched) {
      const bounds = await this.store.bounds(taskId);
      if (bounds && bounds.last < watch.seq) this.doubt(taskId);
    }
  }

  private disconnected(): void {
    this.clientId = undefined;
    for (const taskId of [...this.watches.keys()]) this.doubt(taskId);
  }

  /** Every sink of the task has to find its place again and follow anew. */
  private doubt(taskId: string): void {
    const watch = this.watches.get(taskId);
    this.watches.delete(taskId);
    for (const sink of watch?.sinks.keys() ?? []) sink.unsure();
  }

  /** Makes the reader take notice of a change now. Asked again until it has: an UNBLOCK can overtake the read that it is for. */
  private async unblock(): Promise<void> {
    this.changes += 1;
    const change = this.changes;
    this.wake();
    while (this.changesRead < change && this.clientId !== undefined) {
      try {
        await this.shared.client('UNBLOCK', this.clientId);
      } catch (error) {
        return this.onError(error);
      }
      await delay(5);
    }
  }
}
