import { describe, expect, it } from '@jest/globals';

import { UsageReader } from './usage.js';

function count(streamed: boolean, ...chunks: string[]) {
  const reader = new UsageReader(streamed);
  chunks.forEach((chunk) => reader.read(Buffer.from(chunk)));
  return reader.used();
}

const tokens = (more: object = {}) => ({
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  hour_write_tokens: 0,
  ...more,
});

describe('UsageReader', () => {
  const start =
    'event: message_start\ndata: {"type":"message_start","message":{"model":"claude-opus-4-1","usage":{"input_tokens":10,"cache_read_input_tokens":4,"output_tokens":1}}}\n\n';
  const piece = (text: string) =>
    `data: ${JSON.stringify({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })}\n\n`;
  const end = 'data: {"type":"message_delta","usage":{"output_tokens":25}}\n\n';

  it('reads a stream, however it is cut', () => {
    const expected = {
      model: 'claude-opus-4-1',
      tokens: tokens({ input_tokens: 10, output_tokens: 25, cache_read_tokens: 4 }),
    };
    expect(count(true, start, piece('x'.repeat(4000)), end)).toEqual(expected);
    expect(count(true, start.slice(0, 60), start.slice(60) + end.slice(0, 20), end.slice(20))).toEqual(expected);
  });

  it('estimates what was streamed to one who left before the totals', () => {
    const { tokens: used } = count(true, start, piece('x'.repeat(2000)), piece('y'.repeat(2000)));
    expect(used.input_tokens).toBe(10);
    expect(used.output_tokens).toBeGreaterThanOrEqual(1000);
    expect(used.output_tokens).toBeLessThan(1050);
  });

  it('reads a whole answer', () => {
    expect(
      count(
        false,
        '{"type":"message","model":"m","usage":{"input_tokens":3,"cache_creation":{"ephemeral_1h_input_tokens":2},',
        '"output_tokens":5,"cache_creation_input_tokens":7}}',
      ),
    ).toEqual({
      model: 'm',
      tokens: tokens({ input_tokens: 3, output_tokens: 5, cache_write_tokens: 7, hour_write_tokens: 2 }),
    });
  });

  it('counts nothing of what it cannot read', () => {
    const nothing = { model: null, tokens: tokens() };
    expect(count(false, 'not json')).toEqual(nothing);
    expect(count(true, 'data: {"usage": broken\n', 'data: [DONE]\n')).toEqual(nothing);
  });
});
