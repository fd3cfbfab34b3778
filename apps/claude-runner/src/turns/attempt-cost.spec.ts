import { describe, expect, it } from '@jest/globals';

import { attemptCost } from './attempt-cost.js';

describe('the cost of an attempt', () => {
  it.each<[string, number | undefined, boolean, number, number, number]>([
    // the CLI's word, resumed, the proxy's count, before, expected
    ['is the CLI’s word', 0.3, false, 0.29, 0, 0.3],
    ['is the CLI’s word, even if that is nothing', 0, false, 0.2, 0, 0],
    ['is the proxy’s count without a word', undefined, false, 0.2, 0, 0.2],
    ['is the proxy’s count after a word that is none', -1, false, 0.2, 0, 0.2],
    ['is the proxy’s count after a word that is no number', Infinity, true, 0.2, 0.1, 0.2],
    ['leaves out what the conversation cost before', 0.5, true, 0.21, 0.3, 0.2],
    ['leaves nothing out that the CLI does not know of', 0.21, true, 0.2, 0.2, 0.21],
    ['leaves nothing out that is more than all', 0.1, true, 0.1, 0.3, 0.1],
  ])('%s', (_name, total, resumed, counted, before, expected) => {
    const result = total === undefined ? null : { type: 'result', total_cost_usd: total };
    expect(attemptCost({ result, resumed }, counted, before)).toBeCloseTo(expected, 10);
  });
});
