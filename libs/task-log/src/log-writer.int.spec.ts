import { until } from '@aicode/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';

import { limits, line, useRedis } from './fixtures/log-stack.js';
import { logKeys } from './keys.js';
import { LogStore } from './log-store.js';
import { LogWriter } from './log-writer.js';

const redis = useRedis();
const ttl = 60_000;
let store: LogStore;
let task = '';
let count = 0;

beforeEach(() => {
  store = redis.store;
  count += 1;
  task = `task_${count}`;
});

const open = async (attempt = 1, persistedSeq = 0, own = limits): Promise<LogWriter> => {
  await store.openLease(task, attempt, ttl);
  return LogWriter.open(store, { taskId: task, attempt, persistedSeq }, own);
};
const texts = async (): Promise<string[]> => (await store.read(task, 1, 10_000)).map((entry) => entry.message);

describe('LogWriter', () => {
  it('numbers 1..n whatever the batches are', async () => {
    const writer = await open();
    for (let i = 1; i <= 95; i += 1) writer.write(line(String(i)));
    await writer.end(line('end'));
    const entries = await store.read(task, 1, 1000);
    expect(entries.map((entry) => entry.seq)).toEqual(Array.from({ length: 96 }, (_, i) => i + 1));
    expect(entries.at(-1)?.message).toBe('end');
    expect(await store.leaseHolder(task)).toBeNull();
    writer.write(line('after the end'));
    await writer.flush();
    expect(await texts()).toHaveLength(96);
  });

  it('sends a lone line after the batch delay, by itself', async () => {
    const writer = await open();
    writer.write(line('hello'));
    await until(async () => (await texts()).length === 1);
    writer.giveUp('done');
  });

  it('begins behind what earlier attempts and SQL have', async () => {
    const first = await open(1);
    first.write(line('one'));
    await first.flush();
    await store.revokeLease(task, 1);
    const second = await open(2);
    second.write(line('two'));
    await second.flush();
    expect((await store.read(task, 1, 10)).map((entry) => `${entry.seq}.${entry.attempt}`)).toEqual(['1.1', '2.2']);
    await store.revokeLease(task, 2);
    const third = await open(3, 100);
    third.write(line('three'));
    await third.flush();
    expect((await store.lastEntry(task))?.seq).toBe(101);
  });

  it('writes nothing more once the lease is lost', async () => {
    const writer = await open();
    writer.write(line('mine'));
    await writer.flush();
    await store.revokeLease(task, 1);
    await store.openLease(task, 2, ttl);
    writer.write(line('stale'));
    await writer.flush();
    expect(await writer.lost).toBe('the lease is lost');
    await writer.end(line('stale end'));
    expect(await texts()).toEqual(['mine']);
  });

  it('is refused at once without a lease', async () => {
    const writer = await LogWriter.open(store, { taskId: task, attempt: 1, persistedSeq: 0 }, limits);
    expect(await writer.lost).toContain('refused');
  });

  it('appends again what Redis has lost and SQL does not have (kept until persisted)', async () => {
    const writer = await open();
    for (let i = 1; i <= 30; i += 1) writer.write(line(String(i)));
    await writer.flush();
    writer.persisted(10);
    // The tail is lost, as after a crash of Redis with entries that had not reached its file.
    await redis.shared.del(logKeys.stream(task));
    await redis.shared.xadd(logKeys.stream(task), '15-0', 'a', '1', 'e', JSON.stringify(line('15')));
    writer.write(line('31'));
    await writer.flush();
    const entries = await store.read(task, 16, 100);
    expect(entries.map((entry) => entry.message)).toEqual(Array.from({ length: 16 }, (_, i) => String(i + 16)));
  });

  it('gives up when the lost entries are not here any more', async () => {
    const writer = await open();
    writer.write(line('1'));
    writer.write(line('2'));
    await writer.flush();
    await redis.shared.hset(logKeys.fence(task), 'persisted', 2);
    writer.persisted(2);
    await redis.shared.del(logKeys.stream(task));
    await store.markPersisted(task, 0, 0);
    const other = new LogStore(redis.shared);
    writer.write(line('3'));
    await writer.flush();
    // SQL has 1 and 2: the writer goes on behind them.
    expect((await other.read(task, 1, 10)).map((entry) => entry.seq)).toEqual([3]);
  });

  it('makes its source wait while too much is not persisted, and go on when it is', async () => {
    const writer = await open(1, 0, { ...limits, windowLines: 20 });
    for (let i = 1; i <= 20; i += 1) writer.write(line(String(i)));
    let ready = false;
    const waiting = writer.ready().then(() => (ready = true));
    await until(async () => (await texts()).length === 20);
    expect(ready).toBe(false);
    await store.markPersisted(task, 15, 16);
    await waiting;
    await expect(writer.ready()).resolves.toBeUndefined();
  });

  it('does not wait for a window when the lease is gone', async () => {
    const writer = await open(1, 0, { ...limits, windowLines: 2 });
    writer.write(line('1'));
    writer.write(line('2'));
    await writer.flush();
    const waiting = writer.ready();
    await store.revokeLease(task, 1);
    await waiting;
    expect(await writer.lost).toBe('the lease is lost');
  });

  it('goes on when Redis was away for a moment', async () => {
    const writer = await open();
    writer.write(line('before'));
    await writer.flush();
    const killer = redis.open();
    await killer.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    writer.write(line('after'));
    await writer.flush();
    expect(await texts()).toEqual(['before', 'after']);
  });

  it('sends a line that is larger than a batch alone', async () => {
    const writer = await open();
    writer.write(line('x'.repeat(20_000)));
    writer.write(line('small'));
    await writer.flush();
    expect(await texts()).toHaveLength(2);
    expect(writer.bytes).toBeGreaterThan(20_000);
  });
});
