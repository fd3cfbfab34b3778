import { useEffect, useReducer, useRef } from 'react';

import type { LogPort } from '../live/log-port.js';
import type { LogSession } from '../live/log-session.js';
import { currentMatch, nextSearchState, noSearch, type SearchState } from '../model/search-state.js';

/** Typing rests for so long before the server is asked (milliseconds). */
const restMs = 250;

export interface Search {
  state: SearchState;
  /** The line that is shown now. */
  found: number | null;
  type: (query: string) => void;
  step: (direction: 'next' | 'previous') => void;
  close: () => void;
}

/** The search of one log: asks the server, and goes where it is told to go. */
export function useSearch(port: LogPort, session: LogSession, firstInView: () => number | null): Search {
  const [state, dispatch] = useReducer(nextSearchState, noSearch);
  const { query, status } = state;
  /** Enter was pressed before the answer was there. */
  const hurry = useRef<'next' | 'previous' | null>(null);

  useEffect(() => {
    if (status !== 'searching') return undefined;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      port.search(query, stop.signal).then(
        ({ matches, total, truncated }) => dispatch({ type: 'answered', query, matches, total, truncated }),
        (error: unknown) => {
          if (stop.signal.aborted) return;
          dispatch({ type: 'failed', query, message: error instanceof Error ? error.message : String(error) });
        },
      );
    }, restMs);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [port, query, status]);

  useEffect(() => {
    if (status !== 'found' || !hurry.current) return;
    dispatch({ type: hurry.current, from: firstInView() });
    hurry.current = null;
  }, [status, firstInView]);

  const match = currentMatch(state);
  const found = match?.seq ?? null;
  const shown = useRef<SearchState | null>(null);
  useEffect(() => {
    if (found === null || shown.current === state) return;
    shown.current = state;
    void session.goTo(found);
  }, [found, state, session]);

  return {
    state,
    found,
    type: (next) => dispatch({ type: 'asked', query: next }),
    step: (direction) => {
      if (status === 'found') dispatch({ type: direction, from: firstInView() });
      else hurry.current = direction;
    },
    close: () => dispatch({ type: 'closed' }),
  };
}
