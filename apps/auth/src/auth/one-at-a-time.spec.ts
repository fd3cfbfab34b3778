import { describe, expect, it } from '@jest/globals';

import { oneAtATime } from './one-at-a-time.js';

const { signal } = new AbortController();

describe('oneAtATime', () => {
  it('begins the next when the one before has ended, well or not', async () => {
    const run = oneAtATime();
    const happened: string[] = [];
    let endFirst = (): void => undefined;
    const held = new Promise<void>((resolve) => (endFirst = resolve));
    const first = run(async () => {
      happened.push('first begins');
      await held;
      happened.push('first ends');
      throw new Error('of the first');
    }, signal);
    const second = run(() => Promise.resolve(happened.push('second')), signal);
    endFirst();
    await expect(first).rejects.toThrow('of the first');
    await second;
    expect(happened).toEqual(['first begins', 'first ends', 'second']);
  });

  it('does not begin what nobody waits for any more', async () => {
    const run = oneAtATime();
    const caller = new AbortController();
    let begun = false;
    let endFirst = (): void => undefined;
    const first = run(() => new Promise<void>((resolve) => (endFirst = resolve)), signal);
    await Promise.resolve(); // the first has begun
    const second = run(() => {
      begun = true;
      return Promise.resolve();
    }, caller.signal);
    caller.abort(new Error('gone'));
    endFirst();
    await first;
    await expect(second).rejects.toThrow('gone');
    expect(begun).toBe(false);
  });
});
