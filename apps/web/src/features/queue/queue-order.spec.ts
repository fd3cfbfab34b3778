import { describe, expect, it } from '@jest/globals';

import { byPriority, packets, selectionAfter, shifted, stillWaiting } from './queue-order.js';

const waiting = (id: string, priority: 'high' | 'medium' | 'low', position: number) => ({
  task: { id, workspace_id: 'ws_1', priority, command: id, created_at: '2026-01-01T00:00:00.000Z' },
  position,
});
const queue = [waiting('c', 'low', 3), waiting('b', 'high', 2), waiting('a', 'high', 1)];

describe('byPriority', () => {
  it('has three headings in the order that will be used', () => {
    expect(byPriority(queue).map((group) => [group.priority, group.waiting.map((one) => one.task.id)])).toEqual([
      ['high', ['a', 'b']],
      ['medium', []],
      ['low', ['c']],
    ]);
  });
});

describe('shifted', () => {
  it.each([
    ['high', 'up', null],
    ['high', 'down', 'medium'],
    ['low', 'up', 'medium'],
    ['low', 'down', null],
  ] as const)('%s %s is %s', (from, by, to) => {
    expect(shifted(from, by)).toBe(to);
  });
});

describe('stillWaiting', () => {
  it('forgets what has begun', () => {
    expect(stillWaiting(new Set(['a', 'gone']), queue)).toEqual(['a']);
  });
});

describe('selectionAfter', () => {
  const order = ['a', 'b', 'c', 'd'];
  it('switches one', () => {
    expect([...selectionAfter(new Set(['a']), order, 'a', null, false)]).toEqual([]);
    expect([...selectionAfter(new Set(['a']), order, 'c', 'a', false)]).toEqual(['a', 'c']);
  });
  it('reaches both ways with shift', () => {
    expect([...selectionAfter(new Set(['c']), order, 'a', 'c', true)].sort()).toEqual(['a', 'b', 'c']);
    expect([...selectionAfter(new Set(order), order, 'd', 'b', true)]).toEqual(['a']);
    expect([...selectionAfter(new Set(), order, 'd', 'gone', true)]).toEqual(['d']);
  });
});

describe('packets', () => {
  it('has none of nothing and no more than it may', () => {
    expect(packets([])).toEqual([]);
    expect(packets(['a', 'b', 'c'], 2)).toEqual([['a', 'b'], ['c']]);
  });
});
