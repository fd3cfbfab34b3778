import { PassThrough } from 'node:stream';

import { describe, expect, it } from '@jest/globals';

import { ask, confirm, readAll } from './ask.js';
import { jsonText } from './json-text.js';
import { facts, table } from './table.js';
import { terminalOf } from './terminal.js';
import { ageWords, durationWords } from './time-words.js';

describe('terminalOf', () => {
  it.each([
    ['a terminal', { isTTY: true, columns: 80 }, {}, { interactive: true, colour: true, width: 80 }],
    ['a pipe', {}, {}, { interactive: false, colour: false, width: 100 }],
    ['a terminal without a width', { isTTY: true, columns: 0 }, {}, { width: 100 }],
    ['NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }, { colour: false }],
    ['an empty NO_COLOR', { isTTY: true }, { NO_COLOR: '' }, { colour: true }],
    ['a dumb terminal', { isTTY: true }, { TERM: 'dumb' }, { colour: false }],
  ])('knows %s', (_what, stream, env, expected) => {
    expect(terminalOf(stream, env)).toMatchObject(expected);
  });
});

describe('table', () => {
  it('puts columns below each other and cuts the last one', () => {
    expect(
      table(
        ['A', 'LONG', 'C'],
        [
          ['日本', 'x', 'what goes on and on'],
          ['a', 'longer', ''],
        ],
        30,
      ),
    ).toEqual(['A     LONG    C', '日本  x       what goes on an…', 'a     longer']);
  });

  it('leaves out facts without a value', () => {
    expect(
      facts([
        ['Name', 'x'],
        ['State', null],
        ['A', 'y'],
      ]),
    ).toEqual(['Name   x', 'A      y']);
  });
});

describe('words for times', () => {
  it.each([
    [-5, '0.0 s'],
    [840, '0.8 s'],
    [42_000, '42 s'],
    [185_000, '3 m 5 s'],
    [180_000, '3 m'],
    [7_800_000, '2 h 10 m'],
    [86_400_000 * 2, '2 d'],
  ])('says %d ms as %s', (ms, words) => {
    expect(durationWords(ms)).toBe(words);
  });

  it.each([
    [0, 'now'],
    [5_000, '5 s ago'],
    [3_700_000, '1 h ago'],
    [-1000, 'now'],
  ])('says %d ms ago as %s', (ms, words) => {
    const now = Date.parse('2026-01-01T00:00:00.000Z');
    expect(ageWords(new Date(now - ms).toISOString(), now)).toBe(words);
  });
});

describe('jsonText', () => {
  it('is JSON of the same value, without what a terminal would obey', () => {
    const value = { a: 'x\u009b2J\u202e\u001b[2J\u0000', b: [1] };
    const text = jsonText(value);
    expect(JSON.parse(text)).toEqual(value);
    expect(text).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(jsonText(undefined)).toBe('null');
  });
});

describe('ask', () => {
  function person(types: string, isTTY = true) {
    const input = Object.assign(new PassThrough(), { isTTY });
    const output = new PassThrough();
    let shown = '';
    output.on('data', (chunk: Buffer) => (shown += chunk.toString()));
    input.write(types);
    if (!isTTY) input.end();
    return { asking: { input, output }, shown: () => shown };
  }

  it('shows what is typed, but not a secret', async () => {
    const open = person('ada\r');
    expect(await ask('Username: ', open.asking)).toBe('ada');
    expect(open.shown()).toContain('ada');
    const secret = person('open sesame\r');
    expect(await ask('Password: ', secret.asking, { secret: true })).toBe('open sesame');
    expect(secret.shown()).toBe('Password: \n');
  });

  it.each([
    ['Ctrl-C', '\u0003', true],
    ['Ctrl-D', '\u0004', true],
    ['the end of input', '', false],
  ])('takes %s as no answer', async (_what, types, isTTY) => {
    await expect(ask('Password: ', person(types, isTTY).asking, { secret: true })).rejects.toMatchObject({
      code: 'request.invalid',
    });
  });

  it.each([
    ['y\r', true],
    ['YES\r', true],
    ['\r', false],
    ['yeah\r', false],
  ])('takes %j as %s', async (types, answer) => {
    expect(await confirm('Sure?', person(types).asking)).toBe(answer);
  });

  it('reads all of standard input, within bounds', async () => {
    const input = new PassThrough();
    input.end('für\nuns\n');
    expect(await readAll(input)).toBe('für\nuns\n');
    const endless = new PassThrough();
    endless.end('x'.repeat(2 ** 21));
    await expect(readAll(endless)).rejects.toMatchObject({ code: 'request.too_large' });
  });
});
