import { describe, expect, it } from '@jest/globals';

import { busyPercent, cpuTimes, NodeWatch } from './node-figures.js';

const core = (user: number, idle: number) => ({ times: { user, nice: 1, sys: 2, irq: 3, idle } });

describe('the figures of a node', () => {
  it('add up the times of all cores', () => {
    expect(cpuTimes([core(10, 100), core(20, 200)])).toEqual({ busy: 42, idle: 300 });
    expect(cpuTimes([])).toEqual({ busy: 0, idle: 0 });
  });

  it.each([
    ['half of the time', { busy: 50, idle: 50 }, 50],
    ['all of it', { busy: 80, idle: 0 }, 100],
    ['nothing', { busy: 0, idle: 10 }, 0],
    ['no time at all', { busy: 0, idle: 0 }, null],
    ['a core that went', { busy: -40, idle: 10 }, 0],
  ])('are the share that was busy: %s', (_name, passed, percent) => {
    const before = { busy: 1000, idle: 1000 };
    expect(busyPercent(before, { busy: 1000 + passed.busy, idle: 1000 + passed.idle })).toBe(percent);
  });

  it('are those of this machine', async () => {
    const watch = new NodeWatch('/');
    expect((await watch.figures()).cpu_percent).toBeNull();
    // The kernel counts in ticks: work until one has passed.
    let figures = await watch.figures();
    while (figures.cpu_percent === null) {
      watch.sample();
      figures = await watch.figures();
    }
    expect(figures.cpu_percent).toBeGreaterThanOrEqual(0);
    expect(figures.cpu_percent).toBeLessThanOrEqual(100);
    expect(figures.memory_used).toBeGreaterThan(0);
    expect(figures.memory_used).toBeLessThan(figures.memory_total);
    expect(figures.disk_free).toBeLessThanOrEqual(figures.disk_total ?? 0);
    expect(figures.cores).toBeGreaterThan(0);
  });

  it('have no disk where there is none', async () => {
    expect(await new NodeWatch('/no/such/place').figures()).toMatchObject({ disk_free: null, disk_total: null });
  });
});
