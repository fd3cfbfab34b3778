import { describe, expect, it } from '@jest/globals';

import { exclusively, type TabLockTools } from './tab-lock.js';

/** Two tabs over one storage, with a clock of the test's own. */
function tabs() {
  const kept = new Map<string, string>();
  let now = 0;
  const tab = (owner: string): TabLockTools => ({
    locks: undefined,
    store: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    now: () => now,
    pause: (ms) => {
      now += ms;
      return new Promise((resolve) => setImmediate(resolve));
    },
    owner,
  });
  return { kept, a: tab('a'), b: tab('b'), c: tab('c') };
}

describe('exclusively', () => {
  it('uses the browser’s own lock where there is one', async () => {
    const asked: string[] = [];
    const { a } = tabs();
    const locks = { request: <T>(name: string, work: () => Promise<T>) => (asked.push(name), work()) };
    expect(await exclusively('x', () => Promise.resolve(1), { ...a, locks })).toBe(1);
    expect(asked).toEqual(['x']);
  });

  it('lets one tab work at a time', async () => {
    const { a, b, c, kept } = tabs();
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all([a, b, c].map((tab) => exclusively('x', work, tab)));
    expect(most).toBe(1);
    expect(kept.size).toBe(0);
  });

  it('frees it when the work fails', async () => {
    const { a, kept } = tabs();
    await expect(exclusively('x', () => Promise.reject(new Error('no')), a)).rejects.toThrow('no');
    expect(kept.size).toBe(0);
  });

  it('does not wait for ever for a tab that is gone', async () => {
    const { a, kept } = tabs();
    kept.set('x.lock', 'gone 0');
    expect(await exclusively('x', () => Promise.resolve('done'), a)).toBe('done');
  });
});
