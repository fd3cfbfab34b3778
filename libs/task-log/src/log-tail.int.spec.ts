import { until } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LogEntry } from '@aicode/contracts';

import { limits, line, useRedis } from './fixtures/log-stack.js';
import { logKeys } from './keys.js';
import { LogTail, type TailSink } from './log-tail.js';
import { LogWriter } from './log-writer.js';

const redis = useRedis();
const ttl = 60_000;
let tail: LogTail;
let task = '';
let count = 0;
const errors: unknown[] = [];

class Sink implements TailSink {
  readonly seqs: number[] = [];
  doubts = 0;
  entries(batch: LogEntry[]): void {
    this.seqs.push(...batch.map((entry) => entry.seq));
  }
  unsure(): void {
    this.doubts += 1;
  }
}

beforeEach(() => {
  count += 1;
  task = `task_${count}`;
  tail = new LogTail(redis.open(), redis.shared, (error) => errors.push(error));
});

afterEach(async () => {
  await tail.stop();
});

const write = async (taskId: string, from: number, to: number): Promise<void> => {
  await redis.store.openLease(taskId, 1, ttl);
  const writer = await LogWriter.open(redis.store, { taskId, attempt: 1, persistedSeq: 0 }, limits);
  for (let i = from; i <= to; i += 1) writer.write(line(String(i)));
  await writer.flush();
};
/** Appends small batches, one after the other. @returns the last seq */
const writeUntil = async (signal: AbortSignal, taskId: string): Promise<number> => {
  await redis.store.openLease(taskId, 1, ttl);
  const writer = await LogWriter.open(redis.store, { taskId, attempt: 1, persistedSeq: 0 }, limits);
  let last = 0;
  while (!signal.aborted) {
    for (let i = 0; i < 3; i += 1) writer.write(line(String((last += 1))));
    await writer.flush();
  }
  return last;
};
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('LogTail', () => {
  it('gives what is there, then what comes, in order', async () => {
    await write(task, 1, 5);
    const sink = new Sink();
    tail.follow(task, 0, sink);
    await until(() => sink.seqs.length === 5);
    await write(task, 6, 50);
    await until(() => sink.seqs.length === 50);
    expect(sink.seqs).toEqual(upTo(50));
  });

  it('serves many readers from places of their own with one connection', async () => {
    await write(task, 1, 20);
    const sinks = [0, 10, 20].map((after) => {
      const sink = new Sink();
      tail.follow(task, after, sink);
      return sink;
    });
    await write(task, 21, 30);
    await until(() => sinks.every((sink) => sink.seqs.at(-1) === 30));
    expect(sinks.map((sink) => sink.seqs.length)).toEqual([30, 20, 10]);
    const late = new Sink();
    tail.follow(task, 0, late);
    await until(() => late.seqs.length === 30);
    expect(sinks.map((sink) => sink.seqs.length)).toEqual([30, 20, 10]);
  });

  it('gives who joins a busy log everything from its place, whatever is being read just then', async () => {
    const first = new Sink();
    tail.follow(task, 0, first);
    const busy = new AbortController();
    const written = writeUntil(busy.signal, task);
    const joined: { after: number; sink: Sink }[] = [];
    try {
      for (let i = 0; i < 50; i += 1) {
        const seen = first.seqs.length;
        await until(() => first.seqs.length > seen);
        const after = Math.floor(Math.random() * first.seqs.length);
        const sink = new Sink();
        tail.follow(task, after, sink);
        joined.push({ after, sink });
      }
    } finally {
      busy.abort();
      await written;
    }
    const last = await written;
    await until(() => [first, ...joined.map(({ sink }) => sink)].every((sink) => sink.seqs.at(-1) === last));
    expect(first.seqs).toEqual(upTo(last));
    for (const { after, sink } of joined) expect(sink.seqs).toEqual(upTo(last).slice(after));
  });

  it('takes a new watch while it blocks on another, without waiting for the block', async () => {
    const quiet = new Sink();
    tail.follow(`${task}_quiet`, 0, quiet);
    await write(task, 1, 3);
    const sink = new Sink();
    tail.follow(task, 0, sink);
    await until(() => sink.seqs.length === 3, 900);
  });

  it('stops giving to who has stopped', async () => {
    const sink = new Sink();
    const other = new Sink();
    const watch = tail.follow(task, 0, sink);
    tail.follow(task, 0, other);
    watch.stop();
    await write(task, 1, 3);
    await until(() => other.seqs.length === 3);
    expect(sink.seqs).toEqual([]);
  });

  it('doubts a stream that ends before the reader’s place (log rule 5)', async () => {
    await write(task, 1, 3);
    const sink = new Sink();
    tail.follow(task, 10, sink);
    await until(() => sink.doubts === 1);
  });

  it('doubts everything after its connection broke, since Redis may have lost a tail', async () => {
    const reader = redis.open();
    await reader.ping();
    const own = new LogTail(reader, redis.shared, () => undefined);
    const sink = new Sink();
    own.follow(task, 0, sink);
    await write(task, 1, 2);
    await until(() => sink.seqs.length === 2);
    await redis.shared.client('KILL', 'ID', String(await lastBlockedClient()));
    await until(() => sink.doubts === 1);
    own.follow(task, 2, sink);
    await write(task, 3, 4);
    await until(() => sink.seqs.length === 4);
    await own.stop();
  });

  it('reports what goes wrong and goes on', async () => {
    await redis.shared.set(logKeys.stream(task), 'not a stream');
    const sink = new Sink();
    tail.follow(task, 0, sink);
    await until(() => errors.length > 0);
    await redis.shared.del(logKeys.stream(task));
    await write(task, 1, 1);
    await until(() => sink.seqs.length === 1);
  });
});

async function lastBlockedClient(): Promise<number> {
  let id = 0;
  await until(async () => {
    const clients = String(await redis.shared.client('LIST')).split('\n');
    const blocked = clients
      .filter((client) => client.includes('cmd=xread'))
      .map((client) => Number(/id=(\d+)/.exec(client)?.[1]));
    id = Math.max(0, ...blocked);
    return id > 0;
  });
  return id;
}
