import type { EngineState, RunnerStatus } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { engineWords, nodeRow } from './node-words.js';

const runner: RunnerStatus = {
  node: 'local',
  executor: 'process',
  executor_description: 'sandboxed\nprocesses',
  model: 'https://model.example.org',
  running: 1,
  max_sessions: 4,
  started_at: '2026-01-01T00:00:00.000Z',
  figures: {
    cpu_percent: 12.6,
    cores: 2,
    load: 0.5,
    memory_used: 1024 ** 3,
    memory_total: 4 * 1024 ** 3,
    disk_free: 5 * 1024 ** 3,
    disk_total: 9 * 1024 ** 3,
  },
};
const engine: EngineState = {
  state: 'up',
  version: '28.2.2',
  api_version: null,
  storage_driver: null,
  cgroup_version: null,
  reason: null,
  image_problem: null,
};

describe('a node', () => {
  it('is a row', () => {
    expect(nodeRow(runner)).toEqual([
      'local',
      '1 of 4',
      '13 % of 2',
      '0.50',
      '1 GB of 4 GB',
      '5 GB',
      'sandboxed processes',
    ]);
  });

  it('says what it does not know yet', () => {
    const figures = { ...runner.figures, cpu_percent: null, disk_free: null };
    expect(nodeRow({ ...runner, figures }).slice(2, 6)).toEqual(['2 cores', '0.50', '1 GB of 4 GB', 'unknown']);
  });

  it.each<[string, Partial<EngineState> | null, string]>([
    ['is up', {}, 'Docker engine 28.2.2 is up.'],
    ['is up without its image', { image_problem: 'Pull it.' }, 'Docker engine 28.2.2 is up. Pull it.'],
    ['says no version', { version: null }, 'Docker engine of unknown version is up.'],
    ['is missing', { state: 'missing', reason: 'There is none here.' }, 'There is none here.'],
    ['is missing for no known reason', { state: 'missing' }, 'There is no Docker engine.'],
    ['is not known of', null, 'docker-manager does not answer: nobody knows of a Docker engine.'],
  ])('has an engine that %s', (_name, more, words) => {
    expect(engineWords(more && { ...engine, ...more })).toBe(words);
  });
});
