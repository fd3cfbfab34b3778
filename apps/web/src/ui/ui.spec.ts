import { ApiError } from '@aicode/api-client';
import { afterEach, describe, expect, it, jest } from '@jest/globals';

import { stylesheetSingleton } from './adopted-style.js';
import { createClock } from './clock.js';
import {
  formatAbsolute,
  formatBytes,
  formatCost,
  formatCount,
  formatDuration,
  formatPercent,
  formatRelative,
  formatShort,
} from './format.js';
import { isApple, keyNames } from './key-names.js';
import { fieldProblem, messageOf, traceOf } from './message-of.js';
import { isForbidden, isMissing } from './refusal.js';
import { toast, useToasts } from './toast-store.js';

const now = Date.parse('2026-03-04T12:00:00.000Z');
const second = 1000;

describe('times', () => {
  it.each([
    [-5 * second, 'just now'],
    [-42 * second, '42 sec. ago'],
    [-3 * 60 * second, '3 min. ago'],
    [-2 * 3600 * second, '2 hr. ago'],
    [-24 * 3600 * second, 'yesterday'],
    [3 * 3600 * second, 'in 3 hr.'],
  ])('%d ms away is "%s"', (away, expected) => {
    expect(formatRelative(now + away, now, 'en', 'just now')).toBe(expected);
  });

  it.each([
    ['2026-03-04T09:05:00.000Z', '09:05'],
    ['2026-03-03T09:05:00.000Z', 'Mar 3, 09:05'],
    ['2025-12-31T09:05:00.000Z', 'Dec 31, 2025, 09:05'],
  ])('%s is short "%s"', (time, expected) => {
    expect(formatShort(Date.parse(time), now, 'en', 'UTC')).toBe(expected);
  });

  it('are absolute with seconds and zone', () => {
    expect(formatAbsolute(now, 'en', 'UTC')).toMatch(/Wednesday, March 4, 2026.*12:00:00 UTC/);
  });

  it.each([
    [350, '350ms', '350ms'],
    [42_900, '42s', '42초'],
    [65_000, '1m 5s', '1분 5초'],
    [3_600_000, '1h', '1시간'],
    [90_061_000, '1d 1h', '1일 1시간'],
    [-5, '0ms', '0ms'],
  ])('%d ms last "%s" and "%s"', (ms, en, ko) => {
    expect([formatDuration(ms, 'en'), formatDuration(ms, 'ko')]).toEqual([en, ko]);
  });
});

describe('numbers', () => {
  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1536, '1.5 KB'],
    [300 * 1024 ** 2, '300 MB'],
    [5 * 1024 ** 5, '5,120 TB'],
  ])('%d bytes are "%s"', (bytes, expected) => {
    expect(formatBytes(bytes, 'en')).toBe(expected);
  });

  it.each([
    [0, '$0.00'],
    [0.0042, '$0.0042'],
    [1.005, '$1.01'],
    [1234.5, '$1,234.50'],
  ])('%d dollars are "%s"', (usd, expected) => {
    expect(formatCost(usd, 'en')).toBe(expected);
  });

  it('are compact only where that saves something', () => {
    expect(['en', 'ko'].map((language) => formatCount(1234567, language, true))).toEqual(['1.2M', '123.5만']);
    expect(formatCount(9999, 'en', true)).toBe('9,999');
    expect(formatCount(1234567, 'en')).toBe('1,234,567');
    expect([formatPercent(0.42, 'en'), formatPercent(0.012, 'en')]).toEqual(['42%', '1.2%']);
  });
});

describe('keys', () => {
  it('have the names of the machine', () => {
    expect(keyNames('mod+k', true)).toEqual([['⌘', 'K']]);
    expect(keyNames('g>t', false)).toEqual([['G'], ['T']]);
    expect(keyNames('mod+enter', false)).toEqual([['Ctrl', 'Enter']]);
    expect([isApple('MacIntel'), isApple('iPhone'), isApple('Linux x86_64')]).toEqual([true, true, false]);
  });
});

describe('errors', () => {
  const error = new ApiError('request.invalid', 'Bad name.', 400, 'req_1', {
    fields: [{ path: 'name', message: 'is long' }],
  });
  it('are the server’s sentence, with what finds the cause', () => {
    expect([messageOf(error), messageOf('text'), messageOf(null)]).toEqual(['Bad name.', 'text', 'null']);
    expect([traceOf(error), traceOf(new Error('x'))]).toEqual([{ code: 'request.invalid', requestId: 'req_1' }, null]);
    expect([fieldProblem(error, 'name'), fieldProblem(error, 'other'), fieldProblem(new Error('x'), 'name')]).toEqual([
      'is long',
      undefined,
      undefined,
    ]);
  });

  it.each([
    [new ApiError('auth.forbidden', 'no', 403, null), true, false],
    [new ApiError('request.origin_refused', 'no', 403, null), false, false],
    [new ApiError('task.not_found', 'no', 404, null), false, true],
    [new Error('x'), false, false],
  ])('%s: forbidden %s, missing %s', (error, forbidden, missing) => {
    expect([isForbidden(error), isMissing(error)]).toEqual([forbidden, missing]);
  });
});

describe('toasts', () => {
  it('say the same once, and at most three things', () => {
    for (const text of ['a', 'a', 'b', 'c', 'd']) toast.info(text);
    toast.success('c');
    toast.error(new Error('e'), { label: 'again', run: () => undefined });
    const { toasts, dismiss } = useToasts.getState();
    expect(toasts.map(({ tone, text }) => `${tone} ${text}`)).toEqual(['info d', 'success c', 'danger e']);
    for (const { id } of toasts) dismiss(id);
    expect(useToasts.getState().toasts).toEqual([]);
  });
});

describe('the clock', () => {
  afterEach(() => void jest.useRealTimers());

  it('ticks for all together, and only while somebody listens', () => {
    jest.useFakeTimers();
    let time = 100;
    const clock = createClock(1000, () => time);
    expect(clock.now()).toBe(100);
    const told: number[] = [];
    const stops = [clock.subscribe(() => told.push(clock.now())), clock.subscribe(() => told.push(clock.now()))];
    time = 200;
    expect(clock.now()).toBe(100);
    jest.advanceTimersByTime(1000);
    expect(told).toEqual([200, 200]);
    for (const stop of stops) stop();
    expect(jest.getTimerCount()).toBe(0);
    time = 300;
    expect(clock.now()).toBe(300);
  });
});

describe('the stand-in for style tags', () => {
  it('adopts a sheet while somebody needs it', () => {
    const sheets: string[] = [];
    class Sheet {
      replaceSync = (css: string) => sheets.push(css);
    }
    Reflect.set(globalThis, 'CSSStyleSheet', Sheet);
    const page = { adoptedStyleSheets: [] as CSSStyleSheet[] };
    const singleton = stylesheetSingleton(page);
    singleton.add('a');
    singleton.add('b');
    expect([page.adoptedStyleSheets.length, sheets]).toEqual([1, ['a']]);
    singleton.remove();
    expect(page.adoptedStyleSheets).toHaveLength(1);
    singleton.remove();
    expect(page.adoptedStyleSheets).toHaveLength(0);
    Reflect.deleteProperty(globalThis, 'CSSStyleSheet');
  });
});
