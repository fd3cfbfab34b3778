import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { ModelQueue, Resting } from './model-queue.js';

const key = 'credential';
const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
const never = new AbortController().signal;

/** A queue that notes who had a turn, in order. */
function queueOf(max: number) {
  const queue = new ModelQueue(max);
  const turns: string[] = [];
  const over: (() => void)[] = [];
  return {
    queue,
    turns,
    ask: (process: { name: string }, signal = never) =>
      queue.enter(process, key, signal).then((end) => {
        turns.push(process.name);
        over.push(end);
      }),
    /** Gives the oldest turn back, and lets the next ones begin. */
    next: async () => {
      over.shift()?.();
      await delay(0);
    },
  };
}

describe('the turns at the model', () => {
  it('are as many at once as the credential bears', async () => {
    const { ask, turns, next } = queueOf(2);
    const all = [ask(a), ask(b), ask(c)];
    await Promise.all(all.slice(0, 2));
    expect(turns).toEqual(['a', 'b']);
    await next();
    await all[2];
    expect(turns).toEqual(['a', 'b', 'c']);
  });

  it('go to the process that has the fewest, then to the one that waits longest', async () => {
    const { ask, turns, next } = queueOf(2);
    const all = [ask(a), ask(a), ask(a), ask(a), ask(b), ask(c), ask(b)];
    while (turns.length < all.length) await next();
    await Promise.all(all);
    expect(turns.join('')).toBe('aabacab');
  });

  it('do not go to whoever has left', async () => {
    const { ask, turns, next } = queueOf(1);
    await ask(a);
    const left = new AbortController();
    const waiting = ask(b, left.signal);
    const after = ask(c);
    left.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    await next();
    await after;
    expect(turns).toEqual(['a', 'c']);
    await expect(ask(a, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  });

  it('are given back once, however often it is said', async () => {
    const queue = new ModelQueue(1);
    const end = await queue.enter(a, key, never);
    end();
    end();
    const again = await queue.enter(a, key, never);
    let second = false;
    const waiting = queue.enter(b, key, never).then(() => (second = true));
    await delay(0);
    expect(second).toBe(false);
    again();
    await waiting;
  });
});

describe('a credential that rests', () => {
  it('makes all wait, for a short time', async () => {
    const { queue, ask, turns, next } = queueOf(1);
    queue.rest(key, 429, 150);
    const begin = performance.now();
    const all = [ask(a), ask(b)];
    await delay(0);
    expect(turns).toEqual([]);
    await all[0];
    expect(performance.now() - begin).toBeGreaterThanOrEqual(149);
    await next();
    await all[1];
  });

  it('sends all away for a long one, who wait already too, with what remains of it', async () => {
    const { queue, ask } = queueOf(1);
    await ask(a);
    const waiting = ask(b);
    queue.rest(key, 529, 60_000);
    for (const refused of [waiting, ask(c)]) {
      const error: unknown = await refused.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Resting);
      expect(error).toMatchObject({ status: 529 });
      expect((error as Resting).remainingMs).toBeGreaterThan(59_000);
      expect((error as Resting).remainingMs).toBeLessThanOrEqual(60_000);
    }
  });

  it('rests no shorter for a later word, and an hour at most', async () => {
    const { queue, ask } = queueOf(1);
    queue.rest(key, 429, 1e12);
    queue.rest(key, 429, 1);
    const error: unknown = await ask(a).catch((reason: unknown) => reason);
    expect((error as Resting).remainingMs).toBeGreaterThan(3_590_000);
    expect((error as Resting).remainingMs).toBeLessThanOrEqual(3_600_000);
  });

  it('rests no more when another is configured', async () => {
    const { queue } = queueOf(1);
    queue.rest(key, 429, 60_000);
    (await queue.enter(a, 'another', never))();
  });
});
