import { beforeEach, describe, expect, it } from '@jest/globals';

import { line, useRedis } from './fixtures/log-stack.js';
import { logKeys } from './keys.js';
import type { LogStore } from './log-store.js';
import { encodeLine } from './stream-entry.js';

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

const lines = (...messages: string[]): string[] => messages.map((message) => encodeLine(line(message)));
const append = (
  attempt: number,
  firstSeq: number,
  messages: string[],
  more: { floor?: number; terminal?: boolean } = {},
) =>
  store.append(task, {
    attempt,
    firstSeq,
    floor: more.floor ?? 0,
    lines: lines(...messages),
    terminal: more.terminal ?? false,
  });
const messages = async (): Promise<string[]> =>
  (await store.read(task, 1, 100)).map((entry) => `${entry.seq}.${entry.attempt} ${entry.message}`);

describe('append', () => {
  it('writes under the lease and numbers from the first seq', async () => {
    await store.openLease(task, 1, ttl);
    expect(await append(1, 1, ['a', 'b'])).toEqual({ status: 'ok', last: 2, persisted: 0 });
    expect(await append(1, 3, ['c'])).toMatchObject({ status: 'ok', last: 3 });
    expect(await messages()).toEqual(['1.1 a', '2.1 b', '3.1 c']);
    expect(await store.unpersistedTasks()).toContain(task);
  });

  it('refuses a hole (log rule 1)', async () => {
    await store.openLease(task, 1, ttl);
    await append(1, 1, ['a']);
    expect(await append(1, 5, ['e'])).toMatchObject({ status: 'hole', last: 1 });
    expect(await messages()).toEqual(['1.1 a']);
  });

  it('goes on behind what SQL has when Redis has lost everything (log rule 1, floor)', async () => {
    await store.openLease(task, 1, ttl);
    expect(await append(1, 41, ['x'], { floor: 40 })).toMatchObject({ status: 'ok', last: 41 });
    expect(await append(1, 43, ['z'], { floor: 40 })).toMatchObject({ status: 'hole' });
  });

  it('skips entries that SQL has already', async () => {
    await store.openLease(task, 1, ttl);
    await append(1, 41, ['x', 'y', 'z'], { floor: 42 });
    expect(await messages()).toEqual(['43.1 z']);
  });

  it('takes a repeat of the same attempt for done', async () => {
    await store.openLease(task, 1, ttl);
    await append(1, 1, ['a', 'b']);
    expect(await append(1, 1, ['a', 'b', 'c'])).toMatchObject({ status: 'ok', last: 3 });
    expect(await messages()).toEqual(['1.1 a', '2.1 b', '3.1 c']);
  });

  it('never takes another attempt’s entry for a repeat (log rule 2)', async () => {
    await store.openLease(task, 1, ttl);
    await append(1, 1, ['a', 'b']);
    await store.revokeLease(task, 1);
    await store.openLease(task, 2, ttl);
    expect(await append(2, 2, ['mine'])).toMatchObject({ status: 'conflict' });
    expect(await append(2, 3, ['mine'])).toMatchObject({ status: 'ok' });
    expect(await messages()).toEqual(['1.1 a', '2.1 b', '3.2 mine']);
  });

  it('takes a trimmed repeat of its own for done, and one from before its time not', async () => {
    await store.openLease(task, 1, ttl);
    await append(1, 1, ['a', 'b']);
    await store.revokeLease(task, 1);
    await store.openLease(task, 2, ttl);
    await append(2, 3, ['c', 'd']);
    await store.markPersisted(task, 4, 5);
    expect(await append(2, 3, ['c', 'd'])).toMatchObject({ status: 'ok', persisted: 4 });
    expect(await append(2, 2, ['b', 'c'])).toMatchObject({ status: 'conflict' });
  });

  it('refuses who has no lease (fencing)', async () => {
    expect(await append(1, 1, ['a'])).toMatchObject({ status: 'lost' });
    await store.openLease(task, 2, ttl);
    expect(await append(1, 1, ['a'])).toMatchObject({ status: 'lost' });
    expect(await messages()).toEqual([]);
  });

  it('ends an attempt once: entry, mark and lease in one step (log rule 3)', async () => {
    await store.openLease(task, 1, ttl);
    expect(await append(1, 1, ['a', 'end'], { terminal: true })).toMatchObject({ status: 'ok' });
    expect(await store.leaseHolder(task)).toBeNull();
    expect(await append(1, 1, ['a', 'end'], { terminal: true })).toMatchObject({ status: 'ok', last: 2 });
    expect(await append(1, 3, ['again'], { terminal: true })).toMatchObject({ status: 'lost' });
    expect(await store.openLease(task, 1, ttl)).toBe(false);
    const late = { attempt: 1, floor: 0, terminal: true, line: line('late end') };
    expect(await store.appendUnleased(task, late)).toEqual({ refused: 'ended' });
    expect(await messages()).toEqual(['1.1 a', '2.1 end']);
  });
});

describe('appendUnleased', () => {
  it('numbers by itself, behind stream and SQL (log rule 2)', async () => {
    await store.openLease(task, 1, ttl);
    await append(1, 1, ['a']);
    await store.revokeLease(task, 1);
    const platform = { attempt: 1, floor: 0, terminal: false, line: line('platform') };
    expect(await store.appendUnleased(task, platform)).toEqual({ seq: 2 });
    expect(await store.appendUnleased(task, { ...platform, floor: 9 })).toEqual({ seq: 10 });
  });

  it('is refused while a runner holds the lease (log rule 2)', async () => {
    await store.openLease(task, 1, ttl);
    const platform = { attempt: 1, floor: 0, terminal: false, line: line('platform') };
    expect(await store.appendUnleased(task, platform)).toEqual({ refused: 'leased' });
    expect(await messages()).toEqual([]);
  });
});

describe('lease', () => {
  it('only goes upwards, and a lost one is never opened again (queue rule 5)', async () => {
    expect(await store.openLease(task, 2, ttl)).toBe(true);
    expect(await store.openLease(task, 2, ttl)).toBe(true);
    expect(await store.openLease(task, 1, ttl)).toBe(false);
    await store.revokeLease(task, 2);
    expect(await store.openLease(task, 2, ttl)).toBe(false);
    expect(await store.openLease(task, 3, ttl)).toBe(true);
  });

  it('is renewed by its holder alone, who hears of a cancel', async () => {
    await store.openLease(task, 1, ttl);
    expect(await store.renewLease(task, 1, ttl)).toEqual({ held: true, cancelRequested: false, persisted: 0 });
    await store.requestCancel(task, 1);
    expect(await store.renewLease(task, 1, ttl)).toMatchObject({ cancelRequested: true });
    expect(await store.renewLease(task, 2, ttl)).toMatchObject({ held: false });
    await store.revokeLease(task, 1);
    expect(await store.renewLease(task, 1, ttl)).toMatchObject({ held: false, cancelRequested: false });
  });

  it('does not carry a cancel over to the next attempt', async () => {
    await store.openLease(task, 1, ttl);
    await store.requestCancel(task, 1);
    await store.revokeLease(task, 1);
    await store.openLease(task, 2, ttl);
    expect(await store.renewLease(task, 2, ttl)).toMatchObject({ held: true, cancelRequested: false });
  });
});

describe('persisted', () => {
  it('trims behind SQL but keeps the numbering (log rule 3)', async () => {
    await store.openLease(task, 1, ttl);
    await append(1, 1, ['a', 'b', 'c']);
    expect(await store.markPersisted(task, 2, 2)).toBe(false);
    expect(await messages()).toEqual(['2.1 b', '3.1 c']);
    expect(await store.markPersisted(task, 3, 4)).toBe(true);
    expect(await messages()).toEqual([]);
    expect(await store.bounds(task)).toBeNull();
    expect(await store.unpersistedTasks()).not.toContain(task);
    expect(await append(1, 4, ['d'])).toMatchObject({ status: 'ok', last: 4, persisted: 3 });
    expect(await store.bounds(task)).toEqual({ first: 4, last: 4 });
    expect((await store.lastEntry(task))?.message).toBe('d');
  });

  it('belongs to one replica at a time', async () => {
    expect(await store.holdPersister(task, 'one', ttl)).toBe('taken');
    expect(await store.holdPersister(task, 'one', ttl)).toBe('held');
    expect(await store.holdPersister(task, 'two', ttl)).toBe('other');
    await redis.shared.del(logKeys.persister(task));
    expect(await store.holdPersister(task, 'two', ttl)).toBe('taken');
  });

  it('leaves Redis after the grace time', async () => {
    await store.openLease(task, 1, ttl);
    await append(1, 1, ['a']);
    await store.expire(task, 50_000);
    expect(await redis.shared.pttl(logKeys.stream(task))).toBeGreaterThan(0);
    expect(await redis.shared.pttl(logKeys.fence(task))).toBeGreaterThan(0);
  });

  it('works on a Redis that has forgotten its scripts', async () => {
    await store.openLease(task, 1, ttl);
    await redis.shared.script('FLUSH');
    expect(await append(1, 1, ['a'])).toMatchObject({ status: 'ok' });
  });

  it('reports errors of Redis as they are', async () => {
    await redis.shared.set(logKeys.stream(task), 'not a stream');
    await store.openLease(task, 1, ttl);
    await expect(append(1, 1, ['a'])).rejects.toThrow('WRONGTYPE');
    expect(await store.lastEntry(`${task}_other`)).toBeNull();
  });
});
