import { expect, it } from '@jest/globals';

import { readScroll, type ScrollPlace } from './scroll-reading.js';

const at = (top: number, height = 1000, view = 400): ScrollPlace => ({ top, height, view });

it.each<[string, ScrollPlace, ScrollPlace, boolean, number, number]>([
  ['the bar', at(600), at(590), false, -10, 10],
  ['content that shrank', at(600), at(500, 900), false, 0, 0],
  ['content that shrank under the finger', at(600), at(480, 900), true, -120, 20],
  ['a window that became higher', at(600), at(500, 1000, 500), false, 0, 0],
  ['the wheel while lines come', at(500, 990), at(598, 1000), true, 98, 2],
  ['bouncing over the end', at(600), at(620), true, 20, 0],
  ['our own way to the end', at(10), at(600), false, 0, 0],
])('reads %s', (_what, last, now, byReader, delta, distance) => {
  expect(readScroll(last, now, byReader, true)).toEqual({ type: 'scrolled', delta, distance, hasEnd: true });
});
