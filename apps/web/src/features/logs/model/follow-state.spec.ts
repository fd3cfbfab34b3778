import { describe, expect, it } from '@jest/globals';

import { movesUp, nextFollowState, startFollowing, type FollowEvent, type FollowState } from './follow-state.js';

const after = (state: FollowState, ...events: FollowEvent[]): FollowState => events.reduce(nextFollowState, state);
const following = startFollowing(true);
const paused = startFollowing(false);
const scrolled = (delta: number, distance: number, hasEnd = true): FollowEvent => ({
  type: 'scrolled',
  delta,
  distance,
  hasEnd,
});

describe('following', () => {
  it.each<[string, FollowEvent[], FollowState['mode']]>([
    ['one wheel step up', [{ type: 'moved', delta: -40 }], 'paused'],
    [
      'a slow move up, however often the end is reached again',
      [-2, -2, -2].map((delta) => ({ type: 'moved', delta })),
      'paused',
    ],
    ['5 px up', [{ type: 'moved', delta: -5 }], 'following'],
    [
      'up a little and down again',
      [
        { type: 'moved', delta: -4 },
        { type: 'moved', delta: 3 },
        { type: 'moved', delta: -4 },
      ],
      'following',
    ],
    ['the bar drawn up', [scrolled(-6, 6)], 'paused'],
    ['the bar drawn up a hair', [scrolled(-5, 5)], 'following'],
    ['content that became shorter', [scrolled(-300, 0)], 'following'],
    ['content that became longer', [scrolled(0, 900)], 'following'],
    ['a closer look', [{ type: 'looked' }], 'paused'],
    ['new rows', [{ type: 'arrived', rows: 3, errors: 1 }], 'following'],
  ])('after %s', (_what, events, mode) => {
    expect(after(following, ...events).mode).toBe(mode);
  });

  it('counts nothing', () => {
    expect(after(following, { type: 'arrived', rows: 3, errors: 1 })).toBe(following);
  });
});

describe('paused', () => {
  it.each<[string, FollowEvent[], FollowState['mode']]>([
    ['scrolling down to within 4 px', [scrolled(10, 4)], 'following'],
    ['scrolling down to 5 px', [scrolled(10, 5)], 'paused'],
    ['content that became shorter, so that its end is in view', [scrolled(-10, 0)], 'paused'],
    ['the end of what is loaded', [scrolled(10, 0, false)], 'paused'],
    ['new rows', [{ type: 'arrived', rows: 1, errors: 0 }], 'paused'],
    [
      'more wheel',
      [
        { type: 'moved', delta: -20 },
        { type: 'moved', delta: 20 },
      ],
      'paused',
    ],
    ['a closer look', [{ type: 'looked' }], 'paused'],
    ['the button', [{ type: 'resumed' }], 'following'],
  ])('after %s', (_what, events, mode) => {
    expect(after(paused, ...events).mode).toBe(mode);
  });

  it('counts what came until it goes on', () => {
    const state = after(paused, { type: 'arrived', rows: 3, errors: 1 }, { type: 'arrived', rows: 2, errors: 0 });
    expect(state).toMatchObject({ newRows: 5, newErrors: 1 });
    expect(after(state, { type: 'arrived', rows: 0, errors: 0 })).toBe(state);
    expect(after(state, { type: 'resumed' })).toEqual(following);
  });
});

it.each([
  ['ArrowUp', false, true],
  ['PageUp', false, true],
  ['Home', false, true],
  [' ', true, true],
  [' ', false, false],
  ['ArrowDown', false, false],
])('knows whether the key %s (shift: %s) leads up', (key, shift, up) => {
  expect(movesUp(key, shift)).toBe(up);
});
