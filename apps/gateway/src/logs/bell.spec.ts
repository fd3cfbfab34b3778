import { describe, expect, it } from '@jest/globals';

import { Bell } from './bell.js';

const never = new AbortController().signal;

describe('Bell', () => {
  it('counts a ring before the wait', async () => {
    const bell = new Bell();
    bell.ring();
    expect(await bell.wait(60_000, never)).toBe(true);
  });

  it('wakes the one who waits', async () => {
    const bell = new Bell();
    const waiting = bell.wait(60_000, never);
    bell.ring();
    expect(await waiting).toBe(true);
    expect(await bell.wait(1, never)).toBe(false);
  });

  it('gives up when told to', async () => {
    const stopping = new AbortController();
    const waiting = new Bell().wait(60_000, stopping.signal);
    stopping.abort();
    expect(await waiting).toBe(false);
    expect(await new Bell().wait(60_000, stopping.signal)).toBe(false);
  });
});
