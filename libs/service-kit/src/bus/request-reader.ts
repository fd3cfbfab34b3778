import { setTimeout as delay } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';

import type { Redis } from 'ioredis';

import type { Logger } from '../log/logger.js';
import { whenReady } from '../redis/redis-connections.js';
import { replicaGroup, replicaName } from './bus-keys.js';
import { requestField } from './messages.js';

/** Short, for a stop lets the last BLOCK return: a reader cut off while it blocks loses what Redis has just given it. */
const blockMs = 250;
const stopPatienceMs = 2000;
const retryMs = 200;
const reconnectPatienceMs = 30_000;

export interface ReaderParts {
  /** A connection of its own, that sends nothing twice. */
  connection: Redis;
  stream: string;
  /** Requests to work on at once. */
  handlers: number;
  /** Works on one entry until its answer is out. Never rejects. */
  handle(entry: string, message: string): Promise<void>;
  log: Logger;
}

/** Takes requests from the service's stream, never more than it has free handlers, each delivered to one replica only. */
export class RequestReader {
  private readonly stopping = new AbortController();
  private readonly working = new Set<Promise<void>>();
  private loop: Promise<void> = Promise.resolve();
  private wake: (() => void) | undefined;

  constructor(private readonly parts: ReaderParts) {}

  /** Resolves when the group exists; from then on no request is missed. */
  async start(): Promise<void> {
    await whenReady(this.parts.connection, { timeoutMs: reconnectPatienceMs });
    await this.createGroup();
    this.loop = this.run();
  }

  /** Reads no more; resolves when the last read has come back. What it brought is still worked on. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake?.();
    const patience = setTimeout(() => this.parts.connection.disconnect(), stopPatienceMs);
    await this.loop;
    clearTimeout(patience);
  }

  /** Resolves when nothing is worked on any more. */
  async idle(): Promise<void> {
    while (this.working.size > 0) await Promise.all(this.working);
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const free = this.parts.handlers - this.working.size;
      // COUNT 0 would mean no limit.
      if (free <= 0) await this.handlerFreed();
      else await this.read(free).catch((error: unknown) => this.recover(error));
    }
  }

  private async handlerFreed(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    this.wake = undefined;
  }

  private async read(count: number): Promise<void> {
    const { connection, stream } = this.parts;
    const group = ['GROUP', replicaGroup, replicaName] as const;
    const answer = await connection.xreadgroup(
      ...group,
      'COUNT',
      count,
      'BLOCK',
      blockMs,
      'NOACK',
      'STREAMS',
      stream,
      '>',
    );
    const entries = entriesOf(answer);
    if (entries.length === 0) return;
    // NOACK delivers at most once, and leaves the entry in the stream: who has read it deletes it.
    connection.xdel(stream, ...entries.map(({ id }) => id)).catch((error: unknown) => {
      this.parts.log.warn({ err: error }, 'requests that were read stay in the stream until they are trimmed by age');
    });
    for (const { id, message } of entries) this.work(id, message);
  }

  private work(id: string, message: string): void {
    const work = this.parts.handle(id, message).finally(() => {
      this.working.delete(work);
      this.wake?.();
    });
    this.working.add(work);
  }

  private async recover(error: unknown): Promise<void> {
    if (this.stopped) return;
    try {
      const reason = isNativeError(error) ? error.message : String(error);
      // The stream was flushed or deleted: before the read, or under a reader that blocked on it.
      if (!/^(NOGROUP|UNBLOCKED)/.test(reason)) {
        if (this.parts.connection.status === 'ready') {
          this.parts.log.warn({ err: error }, 'requests cannot be read; trying again');
          await delay(retryMs, undefined, { signal: this.stopping.signal });
        }
        const { signal } = this.stopping;
        await whenReady(this.parts.connection, { timeoutMs: reconnectPatienceMs, signal });
      }
      await this.createGroup();
    } catch {
      // Still away, or stopping: the loop decides.
    }
  }

  /** At `0`, not `$`: a request may have come before the group. */
  private async createGroup(): Promise<void> {
    const { connection, stream } = this.parts;
    await connection.xgroup('CREATE', stream, replicaGroup, '0', 'MKSTREAM').catch((error: unknown) => {
      if (!isNativeError(error) || !error.message.startsWith('BUSYGROUP')) throw error;
    });
  }
}

/** Redis answers [[stream, [[id, [field, value]]]]]; the shape is checked because the type says `unknown`. */
function entriesOf(answer: unknown): { id: string; message: string }[] {
  const [first] = list(answer);
  const [, entries] = list(first);
  return list(entries).flatMap((entry) => {
    const [id, fields] = list(entry);
    const values = list(fields);
    const message = values[values.indexOf(requestField) + 1];
    return typeof id === 'string' ? [{ id, message: typeof message === 'string' ? message : '' }] : [];
  });
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
