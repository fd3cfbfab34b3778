import { describe, expect, it } from '@jest/globals';

import { ProxiedProcess } from './proxied-process.js';
import { UsageReader } from './usage.js';

function count(streamed: boolean, ...chunks: string[]) {
  const reader = new UsageReader(streamed);
  chunks.forEach((chunk) => reader.read(Buffer.from(chunk)));
  const { tokens } = new ProxiedProcess('/nowhere', () => Promise.resolve());
  reader.addTo(tokens);
  return tokens;
}

describe('UsageReader', () => {
  it('reads a stream, however it is cut', () => {
    const start =
      'event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":10,"cache_read_input_tokens":4,"output_tokens":1}}}\n\n';
    const end = 'data: {"type":"message_delta","usage":{"output_tokens":25}}\n\n';
    const expected = { input_tokens: 10, output_tokens: 25, cache_read_tokens: 4, cache_write_tokens: 0 };
    expect(count(true, start, end)).toEqual(expected);
    expect(count(true, start.slice(0, 60), start.slice(60) + end.slice(0, 20), end.slice(20))).toEqual(expected);
  });

  it('reads a whole answer', () => {
    expect(
      count(
        false,
        '{"type":"message","usage":{"input_tokens":3,',
        '"output_tokens":5,"cache_creation_input_tokens":7}}',
      ),
    ).toEqual({
      input_tokens: 3,
      output_tokens: 5,
      cache_read_tokens: 0,
      cache_write_tokens: 7,
    });
  });

  it('counts nothing of what it cannot read', () => {
    const nothing = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0 };
    expect(count(false, 'not json')).toEqual(nothing);
    expect(count(true, 'data: {"usage": broken\n', 'data: [DONE]\n')).toEqual(nothing);
  });
});
