import type { ContainerState } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { countContainers } from './container-counts.js';

const room = (workspaceId: string, state: ContainerState, containerId: string | null = 'c') => ({
  workspaceId,
  containerId,
  state,
});
const rooms = [
  room('a', 'running'),
  room('a', 'paused'),
  room('b', 'running'),
  room('b', 'created'),
  room('c', 'stopped'),
  room('c', 'gone'),
  room('c', 'stopped', null),
];

describe('containers are counted', () => {
  it.each([
    ['all', null, { running: 2, paused: 1, stopped: 2 }],
    ['those of a workspace', ['a'], { running: 1, paused: 1, stopped: 0 }],
    ['those of two', ['b', 'c'], { running: 1, paused: 0, stopped: 2 }],
    ['those of one that has none', ['d'], { running: 0, paused: 0, stopped: 0 }],
    ['those of nobody', [], { running: 0, paused: 0, stopped: 0 }],
  ])('%s', (_name, ids, counts) => {
    expect(countContainers(rooms, ids)).toEqual(counts);
  });
});
