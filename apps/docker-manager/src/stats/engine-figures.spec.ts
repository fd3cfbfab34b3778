import { describe, expect, it } from '@jest/globals';

import { parseEngineStats } from './engine-figures.js';

/** As Docker 20.10 answers, without what nobody reads. */
const answer = {
  read: '2026-11-25T17:40:44.000000000Z',
  preread: '2026-11-25T17:40:43.000000000Z',
  pids_stats: { current: 2 },
  cpu_stats: { cpu_usage: { total_usage: 1_500_000_000 } },
  precpu_stats: { cpu_usage: { total_usage: 1_000_000_000 } },
  memory_stats: { usage: 1000, stats: { total_inactive_file: 400, inactive_file: 3 } },
};

describe("the engine's figures", () => {
  it('are ours', () => {
    expect(parseEngineStats(answer)).toEqual({ cpu_percent: 50, memory: 600, pids: 2, net_rx: null, net_tx: null });
  });

  it('of cgroup version 2, with networks', () => {
    const networks = { eth0: { rx_bytes: 1, tx_bytes: 2 }, eth1: { rx_bytes: 10, tx_bytes: 20 } };
    const memory_stats = { usage: 1000, stats: { inactive_file: 100 } };
    expect(parseEngineStats({ ...answer, memory_stats, networks })).toMatchObject({
      memory: 900,
      net_rx: 11,
      net_tx: 22,
    });
  });

  it('have no CPU without a first sample', () => {
    expect(parseEngineStats({ ...answer, preread: '0001-01-01T00:00:00Z' }).cpu_percent).toBeNull();
  });

  it('are empty for a container that does not run', () => {
    const stopped = { ...answer, memory_stats: {}, pids_stats: {} };
    expect(parseEngineStats(stopped)).toEqual({
      cpu_percent: null,
      memory: null,
      pids: null,
      net_rx: null,
      net_tx: null,
    });
  });

  it('must be figures', () => {
    expect(() => parseEngineStats({ message: 'No such container' })).toThrow();
  });
});
