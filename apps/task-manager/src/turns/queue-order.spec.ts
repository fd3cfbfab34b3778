import { describe, expect, it } from '@jest/globals';

import { orderQueue, type Waiting } from './queue-order.js';

const now = new Date('2026-01-01T12:00:00.000Z');

/** `3h-ann-one`: the third to be created, high, by Ann, in the workspace `one`. */
function task(name: string, more: Partial<Waiting> = {}): Waiting {
  const [start = '', user = '', workspaceId = ''] = name.split('-');
  return {
    id: name,
    user,
    workspaceId,
    rank: 'hml'.indexOf(start.at(-1) ?? ''),
    dueAt: null,
    workspaceReady: true,
    ...more,
  };
}

function order(
  waiting: Waiting[],
  { atWork = {}, free = {} }: { atWork?: Record<string, number>; free?: Record<string, number> } = {},
): string[] {
  const node = {
    waiting,
    atWork: new Map(Object.entries(atWork)),
    freeSlots: new Map(Object.entries(free)),
  };
  return orderQueue(node, now).map(({ task: { id }, waitsFor }) => `${id} ${waitsFor}`);
}

describe('the order of the queue', () => {
  it('is by class, then by age', () => {
    const tasks = ['1l-ann-one', '2h-ann-one', '3m-ann-one', '4h-ann-one'].map((name) => task(name));
    expect(order(tasks, { free: { one: 9 } })).toEqual([
      '2h-ann-one runner',
      '4h-ann-one runner',
      '3m-ann-one runner',
      '1l-ann-one runner',
    ]);
  });

  it('gives each user a turn, counting what is at work already', () => {
    const tasks = ['1m-ann-one', '2m-ann-one', '3m-ann-one', '4m-bob-two', '5m-bob-two'].map((name) => task(name));
    const free = { one: 9, two: 9 };
    expect(order(tasks, { free }).map((line) => line.slice(0, 6))).toEqual([
      '1m-ann',
      '4m-bob',
      '2m-ann',
      '5m-bob',
      '3m-ann',
    ]);
    expect(order(tasks, { free, atWork: { ann: 2 } }).map((line) => line.slice(0, 6))).toEqual([
      '4m-bob',
      '5m-bob',
      '1m-ann',
      '2m-ann',
      '3m-ann',
    ]);
  });

  it('counts over the classes: what was taken high counts for medium', () => {
    const tasks = ['1m-ann-one', '2m-bob-one', '3h-ann-one'].map((name) => task(name));
    expect(order(tasks, { free: { one: 3 } })).toEqual(['3h-ann-one runner', '2m-bob-one runner', '1m-ann-one runner']);
  });

  it('puts what has no place behind what has one, whatever its class', () => {
    const tasks = ['1h-ann-full', '2h-ann-one', '3h-ann-one', '4l-ann-two'].map((name) => task(name));
    expect(order(tasks, { free: { one: 1, two: 1 } })).toEqual([
      '2h-ann-one runner',
      '4l-ann-two runner',
      '1h-ann-full slot',
      '3h-ann-one slot',
    ]);
  });

  it('puts what cannot be taken yet last: retries by their time, then workspaces that are not ready', () => {
    const tasks = [
      task('1h-ann-gone', { workspaceReady: false }),
      task('2h-ann-one', { dueAt: '2026-01-01T12:00:02.000Z' }),
      task('3l-ann-one', { dueAt: '2026-01-01T12:00:01.000Z' }),
      task('4l-ann-one', { dueAt: '2026-01-01T12:00:00.000Z' }),
      task('5h-ann-gone', { workspaceReady: false, dueAt: '2027-01-01T00:00:00.000Z' }),
      task('6h-ann-one', { dueAt: '2026-01-01T12:00:02.000Z' }),
    ];
    expect(order(tasks, { free: { one: 9, gone: 9 } })).toEqual([
      '4l-ann-one runner',
      '3l-ann-one retry',
      '2h-ann-one retry',
      '6h-ann-one retry',
      '1h-ann-gone workspace',
      '5h-ann-gone workspace',
    ]);
  });

  it('is empty where nothing waits', () => {
    expect(order([])).toEqual([]);
  });
});
