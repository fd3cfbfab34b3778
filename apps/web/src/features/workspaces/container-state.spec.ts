import type { ContainerStats } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { busyCount, containersAre, controls, notesOf } from './container-state.js';

const container = (over: Partial<ContainerStats>): ContainerStats => ({
  room: 0,
  state: 'running',
  busy: false,
  cpu_percent: null,
  memory: null,
  memory_limit: 1,
  pids: null,
  pids_limit: 1,
  net_rx: null,
  net_tx: null,
  egress_refused: 0,
  reason: null,
  ...over,
});
const docker = (...states: ContainerStats['state'][]) => ({
  executor: 'docker' as const,
  containers: states.map((state) => container({ state })),
});

describe('containersAre', () => {
  it.each([
    [docker('stopped', 'running'), 'running', { start: false, stop: true }],
    [docker('stopped', 'paused'), 'paused', { start: true, stop: true }],
    [docker('stopped'), 'stopped', { start: true, stop: false }],
    [docker('created'), 'created', { start: true, stop: false }],
    [docker('gone'), 'none', { start: true, stop: false }],
    [docker(), 'none', { start: true, stop: false }],
    [{ executor: 'process' as const, containers: [] }, 'process', { start: false, stop: false }],
  ] as const)('%o', (stats, word, may) => {
    expect(containersAre({ executor: stats.executor, containers: [...stats.containers] })).toBe(word);
    expect(controls(word)).toEqual(may);
  });
});

describe('what there is to say of containers', () => {
  it('counts those at work', () => {
    expect(busyCount([container({ busy: true }), container({ busy: true, state: 'stopped' }), container({})])).toBe(1);
  });
  it('tells each reason once and adds up refusals', () => {
    const all = [
      container({ reason: 'out of memory', egress_refused: 2 }),
      container({ reason: 'out of memory', egress_refused: 1 }),
      container({}),
    ];
    expect(notesOf(all)).toEqual({ reasons: ['out of memory'], refused: 3 });
  });
});
