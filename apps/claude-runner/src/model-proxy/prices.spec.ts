import { describe, expect, it } from '@jest/globals';

import { costOfTokens, priceOf, priceTable } from './prices.js';

const table = priceTable(['my-model=1/2/3/4', 'claude-opus-4-9=7/8/9/10', 'claude-3-haiku=2/2/2/2']);
const tokens = {
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  hour_write_tokens: 0,
};

describe('the price of a model', () => {
  it.each<[string | null, number, number]>([
    ['claude-opus-4-20250514', 15, 75],
    ['claude-opus-4-1-20250805', 15, 75],
    ['claude-opus-4-5-20251101', 5, 25],
    ['claude-opus-4-9', 7, 8],
    ['claude-sonnet-4-5-20250929', 3, 15],
    ['claude-haiku-4-5', 1, 5],
    ['claude-3-5-haiku-latest', 0.8, 4],
    ['claude-3-haiku-20240307', 2, 2],
    ['us.anthropic.claude-sonnet-4-20250514-v1:0', 3, 15],
    ['my-model', 1, 2],
    ['somebody-elses', 15, 75],
    [null, 15, 75],
  ])('%s', (model, input, output) => {
    expect(priceOf(model, table)).toMatchObject({ input, output });
  });

  it('of one that nobody knows is the dearest, part by part', () => {
    expect(priceOf('unknown', table)).toEqual({ input: 15, output: 75, cacheRead: 9, cacheWrite: 18.75 });
  });
});

describe('the cost of tokens', () => {
  const price = priceOf('claude-sonnet-4', priceTable([]));
  it.each([
    [{ input_tokens: 1_000_000 }, 3],
    [{ output_tokens: 2_000_000 }, 30],
    [{ cache_read_tokens: 1_000_000 }, 0.3],
    [{ cache_write_tokens: 1_000_000 }, 3.75],
    [{ cache_write_tokens: 1_000_000, hour_write_tokens: 1_000_000 }, 6],
    [{}, 0],
  ])('%j', (used, cost) => {
    expect(costOfTokens({ ...tokens, ...used }, price)).toBeCloseTo(cost, 10);
  });
});
