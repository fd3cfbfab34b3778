import { describe, expect, it } from '@jest/globals';

import { Duration, line, Name, PageQuery, Size, text, Time } from './primitives.js';

const ok = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success;

describe('text', () => {
  it.each([
    ['a prompt of many lines', 'Fix it.\n\tThen run.\r\n', true],
    ['emoji', 'ship it 🚀', true],
    ['right-to-left marks in a prompt', 'a\u202eb', true],
    ['NUL', 'a\0b', false],
    ['escape sequences', '\u001b[31m', false],
    ['C1 controls', 'a\u0085b', false],
    ['a lone surrogate', 'a\ud800', false],
    ['only blanks', ' \n ', false],
    ['too much', 'x'.repeat(101), false],
  ])('%s', (_name, value, expected) => {
    expect(ok(text(100), value)).toBe(expected);
  });
});

describe('line and Name', () => {
  it.each([
    ['plain', 'my project', true],
    ['a line break', 'a\nb', false],
    ['right-to-left override', 'a\u202eb', false],
  ])('line: %s', (_name, value, expected) => {
    expect(ok(line(100), value)).toBe(expected);
  });

  it.each([
    ['letters', 'hello', true],
    ['Korean', '작업 공간', true],
    ['a path', '../etc', false],
    ['leading dash', '-rf', false],
    ['emoji', '🚀', false],
    ['too long', 'x'.repeat(65), false],
    ['empty', '', false],
  ])('Name: %s', (_name, value, expected) => {
    expect(ok(Name, value)).toBe(expected);
  });
});

describe('Duration and Size', () => {
  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['1500', 1500],
    [20, 20],
  ])('duration %s', (value, expected) => {
    expect(Duration.parse(value)).toBe(expected);
  });

  it.each([
    ['512kb', 524_288],
    ['1mb', 1_048_576],
    ['2gb', 2_147_483_648],
    ['10b', 10],
    ['77', 77],
    [5, 5],
  ])('size %s', (value, expected) => {
    expect(Size.parse(value)).toBe(expected);
  });

  it.each(['soon', '-1s', '1 h', -5, 1.5, Number.NaN, null, '1e3s'])('refuses %s', (value) => {
    expect(ok(Duration, value)).toBe(false);
    expect(ok(Size, value)).toBe(false);
  });
});

describe('Time and PageQuery', () => {
  it('Time is UTC with milliseconds, so that text order is time order', () => {
    expect(ok(Time, new Date(0).toISOString())).toBe(true);
    expect(ok(Time, '2026-01-01T00:00:00+01:00')).toBe(false);
    expect(ok(Time, '2026-01-01')).toBe(false);
  });

  it('PageQuery has a default and bounds', () => {
    expect(PageQuery.parse({})).toEqual({ limit: 50 });
    for (const limit of [0, -1, 201, 'many', 1e9]) expect(ok(PageQuery, { limit })).toBe(false);
    expect(ok(PageQuery, { cursor: "'; DROP TABLE tasks" })).toBe(false);
    expect(ok(PageQuery, { surprise: 1 })).toBe(false);
  });
});
