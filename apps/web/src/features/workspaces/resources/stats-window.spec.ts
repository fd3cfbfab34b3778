import type { ContainerStats, WorkspaceStats } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { columnsOf, scaleTop, shownSeconds, withSample, windowSeconds, type Sample } from './stats-window.js';

const start = Date.parse('2026-01-01T00:00:00.000Z');

function container(over: Partial<ContainerStats> = {}): ContainerStats {
  return {
    room: 0,
    state: 'running',
    busy: true,
    cpu_percent: 50,
    memory: 100,
    memory_limit: 1000,
    pids: 3,
    pids_limit: 64,
    net_rx: 0,
    net_tx: 0,
    egress_refused: 0,
    reason: null,
    ...over,
  };
}

function stats(second: number, containers: ContainerStats[]): WorkspaceStats {
  return {
    time: new Date(start + second * 1000).toISOString(),
    executor: 'docker',
    containers,
    disk: { mechanism: 'measured', used: 7, limit: 10 },
  };
}

const windowOf = (...all: WorkspaceStats[]): readonly Sample[] =>
  all.reduce<readonly Sample[]>((window, one) => withSample(window, one), []);

describe('withSample', () => {
  it('adds up what runs, and leaves out what does not', () => {
    const [sample] = windowOf(
      stats(0, [container(), container({ room: 1, memory: 50, pids: 2 }), container({ room: 2, state: 'stopped' })]),
    );
    expect(sample).toMatchObject({ cpu: 100, memory: 150, pids: 5, disk: 7, received: null, sent: null });
  });

  it('knows nothing where nothing runs or no figure came', () => {
    const [sample] = windowOf(stats(0, [container({ cpu_percent: null }), container({ state: 'gone' })]));
    expect(sample?.cpu).toBeNull();
    expect(windowOf(stats(0, []))[0]).toMatchObject({ cpu: null, memory: null });
  });

  it('makes rates of counters, also over a container that began anew', () => {
    const window = windowOf(
      stats(0, [container({ net_rx: 1000, net_tx: 10 })]),
      stats(2, [container({ net_rx: 3000, net_tx: 10 })]),
      stats(3, [container({ net_rx: 40, net_tx: 5 }), container({ room: 1, net_rx: 9e9, net_tx: 9e9 })]),
      stats(4, [container({ net_rx: null, net_tx: null })]),
    );
    expect(window.map((one) => one.received)).toEqual([null, 1000, 40, null]);
    expect(window.map((one) => one.sent)).toEqual([null, 0, 5, null]);
  });

  it('takes no answer twice and forgets what is older than the window', () => {
    const twice = windowOf(stats(5, []), stats(5, []), stats(4, []));
    expect(twice).toHaveLength(1);
    const long = windowOf(...Array.from({ length: windowSeconds + 50 }, (_, second) => stats(second, [])));
    expect(long).toHaveLength(windowSeconds);
  });
});

describe('columnsOf', () => {
  it('breaks the line where nobody looked', () => {
    const window = windowOf(stats(0, [container()]), stats(1, [container()]), stats(31, [container()]));
    const [times, cpu] = columnsOf(window, ['cpu']);
    expect(times.map((time) => time - start / 1000)).toEqual([0, 1, 16, 31]);
    expect(cpu).toEqual([50, 50, null, 50]);
  });
});

describe('shownSeconds', () => {
  it('grows to the whole window', () => {
    expect(shownSeconds([])).toBe(30);
    expect(shownSeconds(windowOf(stats(0, []), stats(10, [])))).toBe(30);
    expect(shownSeconds(windowOf(stats(0, []), stats(50, [])))).toBe(50);
    expect(shownSeconds(windowOf(stats(0, []), stats(119, [])))).toBe(119);
  });
});

describe('scaleTop', () => {
  const window = windowOf(stats(0, [container({ memory: 500 })]));
  it('shows the limit only when the use comes near to it', () => {
    expect(scaleTop(window, ['memory'], 1000)).toBeCloseTo(1050);
    expect(scaleTop(window, ['memory'], 100_000)).toBeCloseTo(800);
    expect(scaleTop(window, ['memory'], null)).toBeCloseTo(800);
    expect(scaleTop([], ['memory'], null)).toBe(1);
  });
});
