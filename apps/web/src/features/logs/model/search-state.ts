import type { LogMatch } from '@aicode/contracts';

/** A search in a log. Only `next` and `previous` move; new rows and new answers do not. */
export interface SearchState {
  query: string;
  status: 'idle' | 'searching' | 'found' | 'failed';
  matches: readonly LogMatch[];
  /** Of all matches in the log; there may be more than the server gave. */
  total: number;
  truncated: boolean;
  /** Which match is shown; -1 before the first step. */
  index: number;
  error: string | null;
}

export type SearchEvent =
  | { type: 'asked'; query: string }
  | { type: 'answered'; query: string; matches: readonly LogMatch[]; total: number; truncated: boolean }
  | { type: 'failed'; query: string; message: string }
  | { type: 'next'; from: number | null }
  | { type: 'previous'; from: number | null }
  | { type: 'closed' };

export const noSearch: SearchState = {
  query: '',
  status: 'idle',
  matches: [],
  total: 0,
  truncated: false,
  index: -1,
  error: null,
};

export function nextSearchState(state: SearchState, event: SearchEvent): SearchState {
  switch (event.type) {
    case 'asked':
      if (event.query.trim() === '') return noSearch;
      return { ...noSearch, query: event.query, status: 'searching' };
    case 'answered':
      if (event.query !== state.query) return state;
      return { ...state, status: 'found', ...takeMatches(event), index: -1, error: null };
    case 'failed':
      return event.query === state.query ? { ...state, status: 'failed', error: event.message } : state;
    case 'next':
    case 'previous':
      return step(state, event);
    case 'closed':
      return noSearch;
  }
}

function takeMatches(event: Extract<SearchEvent, { type: 'answered' }>): Partial<SearchState> {
  const matches = [...event.matches].sort((a, b) => a.seq - b.seq);
  return { matches, total: Math.max(event.total, matches.length), truncated: event.truncated };
}

/** The first step goes to the match nearest to where the reader is; the steps go round. */
function step(state: SearchState, event: { type: 'next' | 'previous'; from: number | null }): SearchState {
  const count = state.matches.length;
  if (count === 0) return state;
  if (state.index < 0) return { ...state, index: nearest(state.matches, event) };
  const by = event.type === 'next' ? 1 : -1;
  return { ...state, index: (state.index + by + count) % count };
}

function nearest(matches: readonly LogMatch[], event: { type: 'next' | 'previous'; from: number | null }): number {
  const from = event.from ?? 0;
  if (event.type === 'next')
    return Math.max(
      0,
      matches.findIndex(({ seq }) => seq >= from),
    );
  const before = matches.findLastIndex(({ seq }) => seq <= from);
  return before < 0 ? matches.length - 1 : before;
}

export function currentMatch(state: SearchState): LogMatch | null {
  return state.matches[state.index] ?? null;
}
