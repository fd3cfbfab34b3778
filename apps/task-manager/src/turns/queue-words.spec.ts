import { describe, expect, it } from '@jest/globals';

import { queueWords, type PlaceInQueue } from './queue-words.js';

const place: PlaceInQueue = {
  waitsFor: 'runner',
  position: 1,
  beforeInWorkspace: 0,
  workspaceState: 'ready',
  dueAt: null,
  reason: null,
};

describe('why a task waits', () => {
  it.each<[string, Partial<PlaceInQueue>, string]>([
    ['is next', {}, 'It is next: it starts as soon as a runner is free.'],
    ['is second', { position: 2 }, 'It waits for a runner: 1 task is before it.'],
    ['is fourth', { position: 4 }, 'It waits for a runner: 3 tasks are before it.'],
    ['has no place', { waitsFor: 'slot', position: 9 }, 'Its workspace is busy: it is the next to run there.'],
    [
      'is behind one of its workspace',
      { waitsFor: 'slot', position: 9, beforeInWorkspace: 1 },
      'Its workspace is busy: 1 task is before it there.',
    ],
    [
      'is behind two of its workspace',
      { waitsFor: 'slot', position: 9, beforeInWorkspace: 2 },
      'Its workspace is busy: 2 tasks are before it there.',
    ],
    [
      'is tried again',
      { waitsFor: 'retry', dueAt: '2026-01-02T03:04:05.678Z', reason: 'The model is overloaded.' },
      'It is tried again at 2026-01-02 03:04:05 UTC. The model is overloaded.',
    ],
    [
      'is tried again for no known reason',
      { waitsFor: 'retry', dueAt: '2026-01-02T03:04:05.678Z' },
      'It is tried again at 2026-01-02 03:04:05 UTC.',
    ],
    [
      'has no workspace yet',
      { waitsFor: 'workspace', workspaceState: 'creating' },
      'Its workspace is still being made',
    ],
    ['has a workspace that goes', { waitsFor: 'workspace', workspaceState: 'deleting' }, 'is being deleted'],
    ['has none that was made', { waitsFor: 'workspace', workspaceState: 'failed' }, 'could not be created'],
    ['has none any more', { waitsFor: 'workspace', workspaceState: 'ready' }, 'is gone'],
  ])('%s', (_name, more, words) => {
    expect(queueWords({ ...place, ...more })).toContain(words);
  });
});
