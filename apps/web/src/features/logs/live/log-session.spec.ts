import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Task } from '@aicode/contracts';

import { run } from '../fixtures/entries.js';
import { MemoryLog } from '../fixtures/memory-log.js';
import { taskOf } from '../fixtures/task.js';
import { estimateItem, itemIndexOf, rawItems, readableItems, seqOfItem } from '../view/item.js';
import { buildRows } from '../model/build-rows.js';
import { numberLines } from '../model/number-lines.js';
import type { Frames } from './frames.js';
import { lateLooks } from './late-lines.js';
import { LogSession } from './log-session.js';
import { wholeLog } from './whole-log.js';

const atOnce: Frames = { ask: (work) => work(), cancel: () => undefined };
let open: LogSession[] = [];
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
});
afterEach(() => {
  for (const session of open) session.close();
  open = [];
  jest.useRealTimers();
});

async function start(log: MemoryLog, task: Task, target: number | null = null) {
  const told: Task[] = [];
  const session = new LogSession(log, atOnce, { task, target, onTask: (changed) => told.push(changed) });
  open.push(session);
  await session.open();
  const state = () => session.view.getState();
  return { session, state, told };
}

describe('a reader', () => {
  it('of a running task follows it, and counts what comes after a look', async () => {
    const log = new MemoryLog(run(1, 10));
    const { session, state } = await start(log, taskOf());
    expect(state().follow.mode).toBe('following');
    session.dispatch({ type: 'looked' });
    log.grow(3);
    expect(state().follow).toMatchObject({ mode: 'paused', newRows: 3 });
    await session.resume();
    expect(state().follow).toMatchObject({ mode: 'following', newRows: 0 });
  });

  it('of an ended task, or of a line, does not', async () => {
    const ended = await start(new MemoryLog(run(1, 10)), taskOf({ state: 'failed' }));
    expect(ended.state()).toMatchObject({ follow: { mode: 'paused' }, jump: null });
    const linked = await start(new MemoryLog(run(1, 10)), taskOf(), 4);
    expect(linked.state()).toMatchObject({ follow: { mode: 'paused' }, jump: { seq: 4, align: 'center' } });
  });

  it('goes where it is told, far or near', async () => {
    const { session, state } = await start(new MemoryLog(run(1, 9000)), taskOf());
    await session.goTo(4000);
    expect(state()).toMatchObject({ follow: { mode: 'paused' }, jump: { seq: 4000 } });
    expect(state().log.window.before).toBe(3799);
    session.loadBefore();
    session.loadAfter();
    await session.goToStart();
    expect(state().jump).toEqual({ seq: 1, align: 'start' });
    await session.resume();
    expect(state()).toMatchObject({ jump: null, follow: { mode: 'following' } });
    expect(state().log.window.entries.at(-1)?.seq).toBe(9000);
  });

  it('does not drop the end that it follows to make room before it', async () => {
    const log = new MemoryLog(run(1, 9000));
    const { session } = await start(log, taskOf());
    for (let round = 0; round < 12; round += 1) {
      session.loadBefore();
      await jest.advanceTimersByTimeAsync(0);
    }
    expect(session.view.getState().log.window.entries.length).toBeLessThanOrEqual(3500);
    expect(session.view.getState().log.window.entries.at(-1)?.seq).toBe(9000);
  });

  it('sees late lines for 30 s after the end', async () => {
    const log = new MemoryLog(run(1, 3));
    const { state, told } = await start(log, taskOf());
    log.end(taskOf({ state: 'succeeded', ended_at: new Date().toISOString() }));
    expect(told.map((task) => task.state)).toEqual(['succeeded']);
    log.entries.push(...run(4, 5));
    log.stored = 5;
    await jest.advanceTimersByTimeAsync(31_000);
    expect(state().log.window.entries).toHaveLength(5);
    const asked = log.pages.length;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(log.pages).toHaveLength(asked);
  });
});

it.each([
  [0, 6],
  [12_000, 4],
  [40_000, 0],
  [-90_000, 6],
])('looks for late lines %i ms after the end %i times', (passed, times) => {
  expect(lateLooks(1_000_000, 1_000_000 + passed)).toHaveLength(times);
});

describe('items', () => {
  const entries = run(11, 20);
  it('are the rows, behind what was asked for', () => {
    const items = readableItems('t', buildRows(entries), 'do it');
    expect(items).toHaveLength(11);
    expect(items[1]?.key).toBe('t:11');
    expect(itemIndexOf(items, 15)).toBe(5);
    expect(items.map(seqOfItem).slice(0, 2)).toEqual([null, 11]);
    expect(readableItems('t', [], null)).toEqual([]);
    expect(itemIndexOf([], 4)).toBe(-1);
  });
  it('are the entries in the raw view', () => {
    const items = rawItems('t', entries);
    expect(itemIndexOf(items, 15)).toBe(4);
    expect(itemIndexOf(items, 40)).toBe(-1);
    expect(seqOfItem(items[0])).toBe(11);
    expect(seqOfItem(undefined)).toBeNull();
  });
  it('have a height before they are measured', () => {
    const [command, row] = readableItems('t', buildRows(entries), 'x'.repeat(100));
    expect([estimateItem(command), estimateItem(row), estimateItem(rawItems('t', entries)[0])]).toEqual([100, 20, 20]);
  });
});

it('reads a whole log for a file', async () => {
  const log = new MemoryLog(run(1, 2500));
  const seen: number[] = [];
  const parts = await wholeLog(log, new AbortController().signal, (lines) => seen.push(lines));
  expect(parts).toHaveLength(2500);
  expect(seen).toEqual([1000, 2000, 2500]);
});

it('numbers the lines of a change', () => {
  const line = (kind: 'context' | 'add' | 'remove') => ({ kind, text: kind });
  const lines = numberLines([
    { old_start: 3, new_start: 4, lines: [line('context'), line('remove'), line('add'), line('context')] },
    { old_start: null, new_start: null, lines: [line('add')] },
  ]);
  expect(lines.map(({ kind, old, now }) => [kind, old, now])).toEqual([
    ['context', 3, 4],
    ['remove', 4, null],
    ['add', null, 5],
    ['context', 5, 6],
    ['gap', null, null],
    ['add', null, null],
  ]);
});
