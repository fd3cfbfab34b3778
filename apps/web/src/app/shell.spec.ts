import { describe, expect, it } from '@jest/globals';

import { choiceOf, resolveLanguage } from './i18n/language.js';
import { connectionFace } from './live/connection-face.js';
import { onReturn } from './live/on-return.js';
import { matchGroups } from './palette/match-entries.js';
import { readPreference, writePreference } from './preference.js';
import { completes, worksWhileTyping, type Stroke } from './shortcuts/match-keys.js';
import { resolveTheme, themeChoiceOf } from './theme/theme.js';

describe('theme', () => {
  it.each([
    [null, false, 'light'],
    [null, true, 'dark'],
    ['dark', false, 'dark'],
    ['light', true, 'light'],
    ['nonsense', true, 'dark'],
  ])('%s with a system that is dark: %s is %s', (stored, dark, expected) => {
    expect(resolveTheme(themeChoiceOf(stored), dark)).toBe(expected);
  });
});

describe('language', () => {
  it.each([
    [null, ['ko-KR', 'en'], 'ko'],
    [null, ['fr-FR', 'en-GB'], 'en'],
    [null, ['fr'], 'en'],
    [null, [], 'en'],
    ['en', ['ko'], 'en'],
    ['ko', ['en'], 'ko'],
    ['toString', ['ko'], 'ko'],
  ])('%s with %j is %s', (stored, system, expected) => {
    expect(resolveLanguage(choiceOf(stored), system)).toBe(expected);
  });
});

describe('preferences', () => {
  it('are kept, removed, and forgotten where storage is forbidden', () => {
    const kept = new Map<string, string>();
    const storage = () => ({
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    });
    writePreference('k', 'v', storage);
    expect(readPreference('k', storage)).toBe('v');
    writePreference('k', null, storage);
    expect(readPreference('k', storage)).toBeNull();
    const forbidden = () => {
      throw new DOMException('no', 'SecurityError');
    };
    writePreference('k', 'v', forbidden);
    expect(readPreference('k', forbidden)).toBeNull();
  });
});

describe('the live connection', () => {
  it.each([
    ['idle', true, 'connecting'],
    ['connecting', true, 'connecting'],
    ['signed-out', true, 'signed-out'],
    ['online', true, 'online'],
    // The platform may run on this machine, which needs no network.
    ['online', false, 'online'],
    ['reconnecting', true, 'reconnecting'],
    ['reconnecting', false, 'offline'],
  ] as const)('%s, in a browser that is online: %s, is called %s', (state, browserOnline, expected) => {
    expect(connectionFace({ state }, browserOnline)).toBe(expected);
  });

  it('asks for everything again once after each break, and not at the beginning', () => {
    let returns = 0;
    const hear = onReturn(() => (returns += 1));
    const after = (['connecting', 'online', 'reconnecting', 'reconnecting', 'online', 'online'] as const).map(
      (state) => {
        hear({ state });
        return returns;
      },
    );
    expect(after).toEqual([0, 0, 0, 0, 1, 1]);
    hear({ state: 'signed-out' });
    hear({ state: 'connecting' });
    hear({ state: 'online' });
    expect(returns).toBe(2);
  });
});

describe('the palette', () => {
  const run = () => undefined;
  const groups = [
    {
      heading: 'a',
      entries: [
        { id: '1', label: 'Go to tasks', run },
        { id: '2', label: 'Tasks of today', run },
      ],
    },
    { heading: 'b', entries: [{ id: '3', label: 'Language: 한국어', keywords: ['Korean'], run }] },
  ];
  const found = (query: string) => matchGroups(groups, query).map(({ entries }) => entries.map(({ id }) => id));

  it.each([
    ['', [['1', '2'], ['3']]],
    ['tasks', [['2', '1']]],
    ['TO  task', [['1', '2']]],
    ['korean', [['3']]],
    ['한국', [['3']]],
    ['nothing', []],
  ])('finds for "%s" %j', (query, expected) => {
    expect(found(query)).toEqual(expected);
  });
});

describe('shortcuts', () => {
  const stroke = (key: string, more: Partial<Stroke> = {}): Stroke => ({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    ...more,
  });
  it.each([
    ['mod+k', false, [stroke('k', { ctrlKey: true })], true],
    ['mod+k', true, [stroke('k', { metaKey: true })], true],
    ['mod+k', true, [stroke('k', { ctrlKey: true })], false],
    ['mod+k', false, [stroke('k')], false],
    ['k', false, [stroke('k', { ctrlKey: true })], false],
    ['g>t', false, [stroke('g'), stroke('t')], true],
    ['g>t', false, [stroke('t')], false],
    ['g>t', false, [stroke('g'), stroke('x'), stroke('t')], false],
    ['?', false, [stroke('?')], true],
    ['mod++', false, [stroke('+', { ctrlKey: true })], true],
    ['alt+j', false, [stroke('J', { altKey: true })], true],
  ])('%s (Apple: %s) by %j: %s', (keys, apple, strokes, expected) => {
    expect(completes(strokes, keys, apple)).toBe(expected);
  });

  it.each([
    ['mod+k', true],
    ['g>t', false],
    ['?', false],
  ])('%s works while typing: %s', (keys, expected) => {
    expect(worksWhileTyping(keys)).toBe(expected);
  });
});
