import { describe, expect, it } from '@jest/globals';
import { createGates } from './gates.js';

const open = (): AbortSignal => new AbortController().signal;

describe('gates', () => {
  it('hold until they are released, all who wait at once', async () => {
    const gates = createGates();
    const passed: number[] = [];
    const both = [1, 2].map((n) => gates.pass('a', open()).then(() => passed.push(n)));
    await gates.waitFor('a', { count: 2 });
    expect(passed).toEqual([]);
    gates.release('other');
    expect(gates.waiting('a')).toBe(2);
    gates.release('a');
    await Promise.all(both);
    expect(gates.waiting('a')).toBe(0);
  });

  it('let the next one pass when they were released before', async () => {
    const gates = createGates();
    gates.release('a');
    await gates.pass('a', open());
    const second = gates.pass('a', open());
    await gates.waitFor('a');
    gates.release('a');
    await second;
  });

  it('forget who left', async () => {
    const gates = createGates();
    const left = new AbortController();
    const waiting = gates.pass('a', left.signal);
    await gates.waitFor('a');
    left.abort();
    await waiting;
    expect(gates.waiting('a')).toBe(0);
    await gates.pass('a', left.signal);
    expect(gates.waiting('a')).toBe(0);
  });

  it('say when nobody came', async () => {
    await expect(createGates().waitFor('a', { timeoutMs: 5 })).rejects.toThrow(
      'no request reached the gate "a" within 5 ms',
    );
  });
});
