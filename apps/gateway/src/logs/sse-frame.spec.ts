import { expect, it } from '@jest/globals';

import { sampleTask } from '../fixtures/log-model.js';
import { sseComment, sseFrame } from './sse-frame.js';

const entry = {
  seq: 7,
  attempt: 2,
  time: '2026-01-01T00:00:00.000Z',
  level: 'info' as const,
  source: 'claude' as const,
  message: 'two\nlines\u2028and a rare one',
  data: { type: 'x' },
};
const task = sampleTask('task_00000000000000000000000000');

it('gives each entry its cursor and keeps it on one line', () => {
  const text = sseFrame({ type: 'log', entries: [entry, { ...entry, seq: 8 }] });
  expect(text.split('\n\n')).toEqual([
    `id: 7.2\nevent: log\ndata: ${JSON.stringify(entry)}`,
    `id: 8.2\nevent: log\ndata: ${JSON.stringify({ ...entry, seq: 8 })}`,
    '',
  ]);
});

it('lets a browser come back behind a reset and an end', () => {
  expect(sseFrame({ type: 'reset', from: 3 })).toBe('id: 3\nevent: reset\ndata: {"from":3}\n\n');
  expect(sseFrame({ type: 'end', task, cursor: { seq: 9, attempt: 1 } })).toBe(
    `id: 9.1\nevent: end\ndata: ${JSON.stringify(task)}\n\n`,
  );
});

it('leaves the cursor alone when the state changes', () => {
  expect(sseFrame({ type: 'status', task })).toBe(`event: status\ndata: ${JSON.stringify(task)}\n\n`);
});

it('comments are no events', () => {
  expect(sseComment('alive')).toBe(': alive\n\n');
});
