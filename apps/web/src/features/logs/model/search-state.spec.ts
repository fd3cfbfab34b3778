import { describe, expect, it } from '@jest/globals';

import { currentMatch, nextSearchState, noSearch, type SearchEvent } from './search-state.js';

const match = (seq: number) => ({ seq, attempt: 1, excerpt: `line ${seq}`, ranges: [] });
const after = (...events: SearchEvent[]) => events.reduce(nextSearchState, noSearch);
const asked: SearchEvent = { type: 'asked', query: 'x' };
const answered: SearchEvent = {
  type: 'answered',
  query: 'x',
  matches: [match(9), match(3), match(20)],
  total: 41,
  truncated: true,
};
const next = (from: number | null = null): SearchEvent => ({ type: 'next', from });
const previous = (from: number | null = null): SearchEvent => ({ type: 'previous', from });

describe('a search', () => {
  it.each<[string, SearchEvent[], number | null]>([
    ['before the first step', [], null],
    ['a step', [next()], 3],
    ['a step from where the reader is', [next(5)], 9],
    ['a step behind all', [next(30)], 3],
    ['steps', [next(), next(), next()], 20],
    ['steps round', [next(), next(), next(), next()], 3],
    ['a step back', [previous(15)], 9],
    ['a step back before all', [previous(1)], 20],
    ['steps back round', [next(), previous()], 20],
    ['an answer to something else', [next(), { ...answered, query: 'y' }], 3],
  ])('stands after %s', (_what, events, seq) => {
    expect(currentMatch(after(asked, answered, ...events))?.seq ?? null).toBe(seq);
  });

  it('says what it does', () => {
    expect(after(asked)).toMatchObject({ status: 'searching', query: 'x' });
    expect(after(asked, answered)).toMatchObject({ status: 'found', total: 41, truncated: true });
    expect(after(asked, { type: 'failed', query: 'x', message: 'away' })).toMatchObject({
      status: 'failed',
      error: 'away',
    });
    expect(after(asked, { type: 'failed', query: 'y', message: 'away' })).toMatchObject({ status: 'searching' });
    expect(after(asked, next())).toMatchObject({ index: -1 });
    expect(after(asked, answered, { type: 'closed' })).toBe(noSearch);
    expect(after(asked, { type: 'asked', query: ' ' })).toBe(noSearch);
  });
});
