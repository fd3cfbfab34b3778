import { TaskState } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { taskStateWords, wordsOfTask } from './task-words.js';

const task = { state: 'pending', wait_reason: null, reason: null, due_at: null, cancel_requested: false } as const;

describe('words of a task', () => {
  it('has a word, a sentence and a sign of its own for every state', () => {
    const words = TaskState.options.map((state) => taskStateWords[state]);
    for (const key of ['word', 'sentence', 'sign', 'icon'] as const) {
      expect(new Set(words.map((one) => one[key])).size).toBe(TaskState.options.length);
    }
  });

  it.each([
    [{}, 'Queued', 'It waits for its turn.'],
    [{ wait_reason: 'workspace' as const }, 'Queued', 'It waits until its workspace is ready.'],
    [{ wait_reason: 'backoff' as const }, 'Queued', 'It will be tried again.'],
    [
      { wait_reason: 'backoff' as const, due_at: '2026-01-01T00:00:00.000Z' },
      'Queued',
      'It will be tried again. Next attempt at 2026-01-01T00:00:00.000Z.',
    ],
    [{ state: 'running' as const, cancel_requested: true }, 'Running', 'It is being cancelled.'],
    [{ state: 'failed' as const, cancel_requested: true }, 'Failed', 'It ended with an error.'],
  ])('says of %j: %s', (changes, word, sentence) => {
    expect(wordsOfTask({ ...task, ...changes })).toMatchObject({ word, sentence });
  });
});
