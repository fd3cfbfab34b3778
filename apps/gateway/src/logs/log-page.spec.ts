import type { LogEntry } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { cursorInvalid, logPage, needsLocating } from './log-page.js';

const entry = (seq: number): LogEntry => ({
  seq,
  attempt: 1,
  time: '2026-01-01T00:00:00.000Z',
  level: 'info',
  source: 'claude',
  message: 'x',
  data: null,
});

describe('logPage', () => {
  it.each([
    ['there is more', [entry(3), entry(4)], 9, true, '4.1', false],
    ['it reaches the end', [entry(3), entry(4)], 4, true, '4.1', true],
    ['the task goes on', [entry(3), entry(4)], 4, false, '4.1', false],
    ['there is nothing new', [], 2, false, '2.1', false],
    ['there is nothing new for ever', [], 2, true, '2.1', true],
  ])('when %s', (_what, entries, persisted, final, next, complete) => {
    const page = logPage({ seq: 2, attempt: 1 }, { entries, persisted_seq: persisted, final });
    expect(page).toEqual({ items: entries, next_after: next, complete });
  });
});

it('compares a cursor where it can be wrong', () => {
  const history = { entries: [], persisted_seq: 5, final: false };
  expect(needsLocating({ seq: 0, attempt: null }, history)).toBe(false);
  expect(needsLocating({ seq: 5, attempt: null }, history)).toBe(false);
  expect(needsLocating({ seq: 5, attempt: 1 }, history)).toBe(true);
  expect(needsLocating({ seq: 6, attempt: null }, history)).toBe(true);
});

it('says from where to read again', () => {
  const error = cursorInvalid({ seq: 9, attempt: 2 }, 4);
  expect(error).toMatchObject({ code: 'log.cursor_invalid' });
  expect(error.message).toContain('after=4');
});
