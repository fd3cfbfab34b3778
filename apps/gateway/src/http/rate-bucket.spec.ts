import { expect, it } from '@jest/globals';

import { RateBucket } from './rate-bucket.js';

it('lets a burst pass, stops a flood, and fills again with time', () => {
  let now = 0;
  const bucket = new RateBucket({ burst: 5, perSecond: 2 }, () => now);
  expect(bucket.isFull).toBe(true);
  for (let i = 0; i < 5; i += 1) expect(bucket.take()).toBe(true);
  expect(bucket.take()).toBe(false);
  now += 1000;
  expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([true, true, false]);
  expect(bucket.isFull).toBe(false);
  now += 3_600_000;
  expect(bucket.isFull).toBe(true);
  for (let i = 0; i < 5; i += 1) expect(bucket.take()).toBe(true);
  expect(bucket.take()).toBe(false);
});
