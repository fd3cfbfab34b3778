import type { Workspace } from '@aicode/contracts';
import { describe, expect, it, jest } from '@jest/globals';

import { atMostEach, newest, withTold } from './told.js';

const workspace = (id: string, version: number): Workspace => ({
  id,
  name: `${id} ${version}`,
  state: 'ready',
  reason: null,
  source: { type: 'empty' },
  project_path: '/x',
  owner_id: 'user_1',
  node: 'local',
  slots: 1,
  container: {
    image: 'x',
    dockerfile: null,
    cpu: 1,
    memory: 1,
    disk: 1,
    pids: 1,
    network: 'isolated',
    allow: [],
    env: {},
  },
  container_settings: {},
  version,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
});

describe('what was told', () => {
  it('is taken only if it is newer', () => {
    const [old, young] = [workspace('ws_1', 1), workspace('ws_1', 2)];
    expect(newest(undefined, old)).toBe(old);
    expect(newest(old, young)).toBe(young);
    expect(newest(young, old)).toBe(young);
  });
  it('stands in its place, or first', () => {
    const list = [workspace('ws_1', 1), workspace('ws_2', 5)];
    const names = (told: Workspace) => withTold(list, told).map((one) => one.name);
    expect(names(workspace('ws_1', 2))).toEqual(['ws_1 2', 'ws_2 5']);
    expect(names(workspace('ws_2', 4))).toEqual(['ws_1 1', 'ws_2 5']);
    expect(names(workspace('ws_3', 1))).toEqual(['ws_3 1', 'ws_1 1', 'ws_2 5']);
  });
});

describe('atMostEach', () => {
  it('runs the first at once, the rest together, and the last always', () => {
    jest.useFakeTimers();
    try {
      const run = jest.fn();
      const { call, stop } = atMostEach(500, run);
      call();
      call();
      call();
      expect(run).toHaveBeenCalledTimes(1);
      jest.advanceTimersByTime(500);
      expect(run).toHaveBeenCalledTimes(2);
      jest.advanceTimersByTime(500);
      call();
      expect(run).toHaveBeenCalledTimes(3);
      call();
      stop();
      jest.advanceTimersByTime(5000);
      expect(run).toHaveBeenCalledTimes(3);
    } finally {
      jest.useRealTimers();
    }
  });
});
