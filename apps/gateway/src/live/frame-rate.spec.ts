import { expect, it } from '@jest/globals';

import { FrameRate } from './frame-rate.js';
import { frameBurst, framesPerSecond } from './limits.js';

it('lets a burst pass, stops a flood, and fills again with time', () => {
  let now = 0;
  const rate = new FrameRate(() => now);
  for (let i = 0; i < frameBurst; i += 1) expect(rate.take()).toBe(true);
  expect(rate.take()).toBe(false);
  now += 1000;
  for (let i = 0; i < framesPerSecond; i += 1) expect(rate.take()).toBe(true);
  expect(rate.take()).toBe(false);
  now += 3_600_000;
  for (let i = 0; i < frameBurst; i += 1) expect(rate.take()).toBe(true);
  expect(rate.take()).toBe(false);
});
