import { logStart } from '@aicode/contracts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { LogClient, quickTimes as times } from '../fixtures/log-client.js';
import { LogModel } from '../fixtures/log-model.js';

let log: LogModel;
let client: LogClient;
const whole = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const seqs = (): number[] => client.lines.map(({ seq }) => seq);

beforeEach(() => {
  log = new LogModel();
});

describe('readLog', () => {
  afterEach(async () => {
    await client.stop();
    expect(log.followers).toBe(0);
    expect(log.watchers).toBe(0);
  });

  it('gives history in pages, then live, and ends with the task', async () => {
    log.append(120, 1);
    log.persist({ trim: true });
    log.append(5, 1);
    client = new LogClient(log);
    await client.until(125);
    log.append(1, 1);
    await client.until(126);
    log.append(1, 1, 'end');
    log.become('succeeded', { tell: false });
    log.persist();
    await client.until('end');
    expect(seqs()).toEqual(whole(127));
    expect(client.events[0]).toBe('status');
  });

  it('tells of the state at once and when it changes, but the final one only behind the last line', async () => {
    client = new LogClient(log);
    await client.until('status');
    log.become('waiting_approval');
    await client.until('status');
    log.append(1, 1, 'end');
    log.become('failed');
    log.persist();
    await client.until('end');
    expect(client.events).toEqual(['status', 'status', 'log', 'end']);
  });

  it('starts from a cursor', async () => {
    log.append(10, 1);
    log.persist();
    client = new LogClient(log, { seq: 7, attempt: 1 });
    await client.until(10);
    expect(seqs()).toEqual(whole(10));
    expect(client.events).toEqual(['status', 'log']);
  });

  it('fetches from history what was trimmed before it came live', async () => {
    log.append(2, 1);
    client = new LogClient(log, logStart, undefined, { ...times, idleMs: 10_000 });
    await client.until(2);
    log.append(3, 1, 'claude', { deliver: false });
    log.persist({ trim: true, tell: false });
    log.append(1, 1);
    await client.until(6);
    expect(seqs()).toEqual(whole(6));
  });

  it.each([
    ['an event tells that SQL is ahead', { tell: true }, { ...times, idleMs: 10_000 }],
    ['nothing tells of them', { tell: false }, times],
  ])('finds trimmed lines behind which nothing comes: %s', async (_what, { tell }, ownTimes) => {
    log.append(2, 1);
    client = new LogClient(log, logStart, undefined, ownTimes);
    await client.until(2);
    client.rest();
    log.append(3, 1, 'claude', { deliver: false });
    log.persist({ trim: true, tell });
    await client.until(5);
    expect(seqs()).toEqual(whole(5));
  });

  it('holds the end of an attempt back until SQL has it', async () => {
    client = new LogClient(log);
    log.append(2, 1);
    log.append(1, 1, 'end');
    await client.until(2);
    const next = client.until(3);
    await askedAgain(3);
    expect(seqs()).toEqual(whole(2));
    log.persist();
    await next;
    expect(seqs()).toEqual(whole(3));
  });

  it('asks for a held end by itself when no event tells of it', async () => {
    client = new LogClient(log);
    log.append(1, 1, 'end');
    log.persist({ tell: false });
    log.become('succeeded', { tell: false });
    await client.until('end');
    expect(seqs()).toEqual([1]);
  });

  it('goes on after the end of an attempt that is tried again', async () => {
    client = new LogClient(log);
    log.append(2, 1);
    log.append(1, 1, 'end');
    log.persist();
    await client.until(3);
    log.append(2, 2);
    log.append(1, 2, 'end');
    log.become('failed', { tell: false });
    log.persist();
    await client.until('end');
    expect(client.attempts).toEqual([1, 1, 1, 2, 2, 2]);
    expect(client.events).not.toContain('reset');
  });

  it('is set back when Redis has lost its tail and the seqs came again', async () => {
    log.append(5, 1);
    log.persist({ upTo: 3 });
    client = new LogClient(log);
    await client.until(5);
    log.loseTail(4);
    log.append(4, 2);
    await client.until('reset');
    await client.until(7);
    expect(client.attempts).toEqual([1, 1, 1, 2, 2, 2, 2]);
  });

  it('notices a lost tail by itself: at the next attempt', async () => {
    log.append(5, 1);
    log.persist({ upTo: 3 });
    client = new LogClient(log, logStart, undefined, { ...times, idleMs: 10_000 });
    await client.until(5);
    log.loseTail(4, { tell: false });
    log.append(6, 2);
    await client.until('reset');
    await client.until(9);
    expect(client.attempts).toEqual([1, 1, 1, 2, 2, 2, 2, 2, 2]);
  });

  it('notices a lost tail by itself: when nothing comes for long', async () => {
    log.append(5, 1);
    log.persist({ upTo: 3 });
    client = new LogClient(log);
    await client.until(5);
    log.loseTail(4, { tell: false });
    await client.until('reset');
    expect(seqs()).toEqual(whole(3));
  });

  it('is set back at once when the tail is unsure and something is lost', async () => {
    log.append(5, 1);
    log.persist({ upTo: 3 });
    client = new LogClient(log, logStart, undefined, { ...times, idleMs: 10_000 });
    await client.until(5);
    client.rest();
    log.loseTail(4);
    await client.until('reset');
    expect(seqs()).toEqual(whole(3));
  });

  it('is set back at once from a cursor beyond the end of a log that goes on', async () => {
    log.append(3, 1);
    client = new LogClient(log, { seq: 9, attempt: 1 }, undefined, { ...times, idleMs: 10_000 });
    await client.until('reset');
    expect(client.events).toEqual(['status', 'reset']);
  });

  it.each([
    ['of an attempt that is not the log’s', { seq: 4, attempt: 1 }],
    ['beyond the end', { seq: 900, attempt: 9 }],
    ['beyond the end, without an attempt', { seq: 900, attempt: null }],
  ])('sets back a cursor %s', async (_what, cursor) => {
    log.append(2, 1);
    log.append(2, 2);
    log.append(1, 2, 'end');
    log.become('succeeded');
    log.persist();
    client = new LogClient(log, cursor);
    await client.until('reset');
    await client.until('end');
    expect(client.attempts).toEqual([1, 1, 2, 2, 2]);
  });

  it('gets nothing more live when its reader is slow, and loses no line', async () => {
    client = new LogClient(log, logStart, { entries: 5, size: 1_000_000 });
    log.append(1, 1);
    await client.until(1);
    for (let i = 0; i < 40; i += 1) log.append(1, 1);
    expect(log.followers).toBe(0);
    log.persist({ trim: true });
    log.append(2, 1);
    await client.until(43);
    expect(seqs()).toEqual(whole(43));
  });

  it('bounds the buffer by size too', async () => {
    client = new LogClient(log, logStart, { entries: 1000, size: 300 });
    log.append(1, 1);
    await client.until(1);
    log.append(3, 1);
    expect(log.followers).toBe(0);
    log.persist();
    await client.until(4);
  });

  it('does not hammer history while a gap is on its way to SQL', async () => {
    log.append(1, 1);
    log.persist();
    client = new LogClient(log);
    await client.until(1);
    log.append(2, 1);
    log.stream = log.stream.filter(({ seq }) => seq !== 2);
    const begun = performance.now();
    const reading = client.until(3);
    await askedAgain(5);
    expect(performance.now() - begun).toBeGreaterThan(100 + 200 + 400 - 50);
    const [third] = log.stream.slice(-1);
    if (!third) throw new Error('there is no third entry');
    log.sql.push({ ...third, seq: 2 }, third);
    for (let i = 0; i < 3; i += 1) log.persist();
    await reading;
    expect(seqs()).toEqual(whole(3));
  });
});

it('refuses to go on over a hole in SQL', async () => {
  log.append(3, 1);
  log.persist();
  log.sql.splice(1, 1);
  client = new LogClient(log);
  await expect(client.until(3)).rejects.toThrow('SQL has no entry 2');
});

it('ends when it is told to, also while it waits', async () => {
  client = new LogClient(log);
  await client.until('status');
  client.rest();
  await client.stop();
  expect(log.watchers).toBe(0);
});

/** Resolves when the reader has asked for history so many times more. */
async function askedAgain(times: number): Promise<void> {
  const goal = log.asked + times;
  while (log.asked < goal) await new Promise((resolve) => setTimeout(resolve, 2));
}
