import { afterEach, describe, expect, it } from '@jest/globals';

import { entry, result, run } from '../fixtures/entries.js';
import { MemoryLog } from '../fixtures/memory-log.js';
import { taskOf } from '../fixtures/task.js';
import { hasEnd, hasStart, lastSeq, windowLimits } from '../model/log-window.js';
import type { Frames } from './frames.js';
import { LogStore } from './log-store.js';

class ManualFrames implements Frames {
  private work: (() => void) | null = null;
  asked = 0;
  ask(work: () => void): void {
    if (!this.work) this.asked += 1;
    this.work ??= work;
  }
  cancel(): void {
    this.work = null;
  }
  paint(): void {
    const work = this.work;
    this.work = null;
    work?.();
  }
}

const stores: LogStore[] = [];
afterEach(() => stores.splice(0).forEach((store) => store.close()));

function make(log: MemoryLog, patienceMs = 5000) {
  const frames = new ManualFrames();
  const arrived = { rows: 0, errors: 0 };
  const ends: boolean[] = [];
  const store = new LogStore(
    log,
    frames,
    {
      changed: () => undefined,
      arrived: (rows, errors) => {
        arrived.rows += rows;
        arrived.errors += errors;
      },
      task: (_task, end) => ends.push(end),
    },
    patienceMs,
  );
  stores.push(store);
  return { store, frames, arrived, ends };
}

const seqs = (store: LogStore): number[] => store.current().window.entries.map(({ seq }) => seq);
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('a log that is opened', () => {
  it('begins at its end, whatever its length', async () => {
    const { store } = make(new MemoryLog(run(1, 100_000)));
    await store.open(null);
    expect(seqs(store)).toEqual(range(99_501, 100_000));
    expect(store.current()).toMatchObject({ status: 'open', loading: null, error: null });
    expect(hasEnd(store.current().window)).toBe(true);
    expect(hasStart(store.current().window)).toBe(false);
  });

  it('takes live what pages do not have yet', async () => {
    const { store, frames } = make(new MemoryLog(run(1, 30), 12));
    await store.open(null);
    await Promise.resolve();
    frames.paint();
    expect(seqs(store)).toEqual(range(1, 30));
  });

  it('of which pages have nothing yet comes live from its beginning', async () => {
    const { store, frames } = make(new MemoryLog(run(1, 3), 0));
    await store.open(null);
    await Promise.resolve();
    frames.paint();
    expect(seqs(store)).toEqual([1, 2, 3]);
  });

  it('may be empty', async () => {
    const log = new MemoryLog([]);
    const { store, frames } = make(log);
    await store.open(null);
    expect(seqs(store)).toEqual([]);
    log.grow(2);
    frames.paint();
    expect(seqs(store)).toEqual([1, 2]);
  });

  it('begins around a line', async () => {
    const { store } = make(new MemoryLog(run(1, 10_000)));
    await store.open(4000);
    expect(seqs(store)).toEqual(range(3800, 4299));
    expect(store.current().window.end).toBe(10_000);
  });

  it('is read from its beginning where the live connection is silent', async () => {
    const log = new MemoryLog(run(1, 700));
    log.silent = true;
    const { store } = make(log, 5);
    await store.open(null);
    expect(seqs(store)).toEqual(range(1, 500));
    await store.loadAfter();
    expect(seqs(store)).toEqual(range(1, 700));
  });

  it('says why it cannot be opened', async () => {
    const log = new MemoryLog(run(1, 10));
    log.failure = new Error('no answer');
    const { store } = make(log);
    await store.open(null);
    expect(store.current()).toMatchObject({ status: 'failed', error: { message: 'no answer' } });
    await store.open(null);
    expect(store.current()).toMatchObject({ status: 'open', error: null });
    expect(seqs(store)).toEqual(range(1, 10));
  });

  it('of a task that is not there fails with the sentence of the platform', async () => {
    const log = new MemoryLog([]);
    log.silent = true;
    const { store } = make(log);
    const opening = store.open(null);
    log.refuse();
    await opening;
    expect(store.current().error?.message).toBe('There is no such task.');
  });
});

describe('a log that grows', () => {
  it('is taken once a frame and counted', async () => {
    const log = new MemoryLog(run(1, 3));
    const { store, frames, arrived } = make(log);
    await store.open(null);
    log.grow(2);
    log.grow(1, (from) => [entry(from, { level: 'error', source: 'platform' })]);
    log.grow(1, (from) => [result(from, 'x', true)]);
    expect(seqs(store)).toEqual([1, 2, 3]);
    expect(frames.asked).toBe(1);
    frames.paint();
    expect(seqs(store)).toEqual(range(1, 7));
    expect(arrived).toEqual({ rows: 4, errors: 2 });
  });

  it('stays within its bounds while its end is followed', async () => {
    const log = new MemoryLog(run(1, 10));
    const { store, frames } = make(log);
    await store.open(null);
    for (let round = 0; round < 12; round += 1) {
      log.grow(1000);
      frames.paint();
    }
    expect(store.current().window.entries).toHaveLength(windowLimits.entries);
    expect(lastSeq(store.current().window)).toBe(12_010);
  });

  it('does not take away what is read while paused, and leads back to the end', async () => {
    const log = new MemoryLog(run(1, 10));
    const { store, frames } = make(log);
    await store.open(null);
    store.setFollowing(false);
    for (let round = 0; round < 8; round += 1) {
      log.grow(1000);
      frames.paint();
    }
    const { window } = store.current();
    expect(seqs(store)[0]).toBe(1);
    expect(hasEnd(window)).toBe(false);
    expect(window.end).toBe(8010);
    log.stored = 8010;
    await store.showEnd();
    expect(lastSeq(store.current().window)).toBe(8010);
    log.grow(1);
    frames.paint();
    expect(lastSeq(store.current().window)).toBe(8011);
  });

  it('is read forward again to where it grows, with no line missing or twice', async () => {
    const log = new MemoryLog(run(1, 3000));
    const { store, frames } = make(log);
    await store.open(500);
    store.setFollowing(false);
    while (!hasEnd(store.current().window)) {
      log.grow(3);
      frames.paint();
      await store.loadAfter();
    }
    expect(seqs(store)).toEqual(range(300, lastSeq(store.current().window)));
    expect(lastSeq(store.current().window)).toBe(log.entries.length);
  });

  it('is set back', async () => {
    const log = new MemoryLog(run(1, 20));
    const { store, frames } = make(log);
    await store.open(null);
    log.grow(5);
    log.setBack(12);
    log.grow(3, (from, to) => run(from, to).map((line) => ({ ...line, attempt: 2 })));
    frames.paint();
    expect(seqs(store)).toEqual(range(1, 15));
    expect(store.current().window.entries.at(-1)?.attempt).toBe(2);
  });

  it('tells of its task behind the last line', async () => {
    const log = new MemoryLog(run(1, 2));
    const { store, ends } = make(log);
    await store.open(null);
    log.grow(1);
    log.end(taskOf({ state: 'succeeded' }));
    expect(ends).toEqual([true]);
    expect(seqs(store)).toEqual([1, 2, 3]);
  });

  it('is looked at once more for late lines', async () => {
    const log = new MemoryLog(run(1, 2));
    const { store, frames } = make(log);
    await store.open(null);
    log.entries.push(...run(3, 4));
    log.stored = 4;
    await store.lookForLate();
    frames.paint();
    expect(seqs(store)).toEqual([1, 2, 3, 4]);
  });
});

describe('a window that moves', () => {
  it('reads older pages, also where they hold fewer lines than asked for', async () => {
    const log = new MemoryLog(run(1, 2000));
    const { store } = make(log);
    await store.open(null);
    await store.loadBefore();
    expect(seqs(store)).toEqual(range(1001, 2000));
    await Promise.all([store.loadBefore(), store.loadBefore()]);
    await store.loadBefore();
    await store.loadBefore();
    expect(seqs(store)).toEqual(range(1, 2000));
    const asked = log.pages.length;
    await store.loadBefore();
    expect(log.pages).toHaveLength(asked);
  });

  it('goes to the start, and says when a page could not be read', async () => {
    const log = new MemoryLog(run(1, 9000));
    const { store } = make(log);
    await store.open(null);
    log.failure = new Error('away');
    await store.loadBefore();
    expect(store.current()).toMatchObject({ status: 'open', loading: null, error: { message: 'away' } });
    await store.showStart();
    expect(seqs(store)).toEqual(range(1, 500));
    await store.showAround(100);
    expect(seqs(store)[0]).toBe(1);
  });

  it('forgets the page that nobody waits for any more', async () => {
    const log = new MemoryLog(run(1, 9000));
    const { store } = make(log);
    await store.open(null);
    await Promise.all([store.loadBefore(), store.showAround(50)]);
    expect(seqs(store)).toEqual(range(1, 500));
    store.close();
    await store.loadAfter();
    expect(seqs(store)).toEqual(range(1, 500));
  });
});
