import { createContext, use } from 'react';
import { useStore } from 'zustand';

import type { LineRange } from '../model/line-link.js';
import { isOpen, setOpen, type OpenRowsStore } from '../model/open-rows.js';

/** What rows need to know beside themselves. */
export interface LogContextValue {
  taskId: string;
  /** The attempt that is at work; null when none is. Its calls without a result are still running. */
  activeAttempt: number | null;
  open: OpenRowsStore;
  /** The call that failed last opens by itself. */
  lastFailure: string | null;
  /** Lines that a link points at. */
  target: LineRange | null;
  /** The line that the search has found. */
  found: number | null;
  /** A click on a line's number: points the address at it and copies the link. */
  point: (seq: number, stretch: boolean) => void;
  /** The reader looks closer at something: the view stays where it is. */
  looked: () => void;
}

export const LogContext = createContext<LogContextValue | null>(null);

export function useLogContext(): LogContextValue {
  const value = use(LogContext);
  if (!value) throw new Error('A row of a log stands outside of a log.');
  return value;
}

/** Whether something folded is open, and the way to change it. */
export function useOpen(key: string, byDefault = false): [boolean, () => void] {
  const { open, looked } = useLogContext();
  const isNow = useStore(open, (state) => isOpen(state, key, byDefault));
  const toggle = (): void => {
    looked();
    setOpen(open, key, !isNow);
  };
  return [isNow, toggle];
}

/** Whether a link or the search points at one of these lines. */
export function isPointedAt({ target, found }: LogContextValue, seqs: readonly number[]): boolean {
  if (found !== null && seqs.includes(found)) return true;
  return target !== null && seqs.some((seq) => seq >= target.from && seq <= target.to);
}
