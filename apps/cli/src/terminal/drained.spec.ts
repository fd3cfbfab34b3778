import { PassThrough } from 'node:stream';

import { describe, expect, it } from '@jest/globals';

import { drained } from './drained.js';

const listeners = (stream: PassThrough): number[] =>
  ['drain', 'close', 'error'].map((event) => stream.listenerCount(event));

describe('waiting for a slow reader', () => {
  it('ends when there is room again, time after time, and leaves no listener', async () => {
    const stream = new PassThrough({ highWaterMark: 1 });
    const before = listeners(stream);
    for (let i = 0; i < 30; i += 1) {
      expect(stream.write('ab')).toBe(false);
      const room = drained(stream);
      stream.read();
      await room;
    }
    expect(listeners(stream)).toEqual(before);
  });

  it('ends when the reader has gone, or broke', async () => {
    for (const error of [undefined, new Error('broken')]) {
      const stream = new PassThrough();
      const over = drained(stream);
      stream.destroy(error);
      await over;
    }
  });
});
