import { SummaryQuery } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { dayBegan, endedToday, isFirstUse, leadsTo, untilTomorrow } from './figures.js';

describe('leadsTo', () => {
  it.each([
    ['running', { to: '/tasks', state: 'running' }],
    ['waiting', { to: '/queue' }],
    ['failed', { to: '/tasks', state: 'failed' }],
  ] as const)('%s leads to its list', (what, leads) => {
    expect(leadsTo(what)).toEqual(leads);
  });
});

describe('the day', () => {
  const noon = new Date(2026, 0, 31, 12, 30);
  it('began at the local midnight, in a form that the server takes', () => {
    const { since } = SummaryQuery.parse({ since: dayBegan(noon) });
    expect(since).toBe(new Date(2026, 0, 31).toISOString());
  });
  it.each([
    [-540, '+09:00'],
    [210, '-03:30'],
    [0, '+00:00'],
  ])('knows an offset of %d minutes', (offset, text) => {
    const original = Date.prototype.getTimezoneOffset;
    Date.prototype.getTimezoneOffset = () => offset;
    try {
      expect(dayBegan(noon)).toBe(`2026-01-31T00:00:00${text}`);
    } finally {
      Date.prototype.getTimezoneOffset = original;
    }
  });
  it('ends', () => {
    expect(untilTomorrow(noon)).toBe(11.5 * 3_600_000);
  });
});

describe('figures', () => {
  it('counts what ended', () => {
    expect(endedToday({ ended_today: { succeeded: 1, failed: 2, cancelled: 3, timed_out: 4 } })).toBe(10);
  });
  it('knows a first use', () => {
    const none = { recent: [], running: 0, waiting: 0, waiting_approval: 0 };
    expect(isFirstUse(none)).toBe(true);
    expect(isFirstUse({ ...none, waiting: 1 })).toBe(false);
  });
});
