import { DomainError, formatCursor, type LogCursor, type LogHistory, type LogPage } from '@aicode/contracts';

/** One page of history. `after` is given back if there is nothing behind it yet. */
export function logPage(after: LogCursor, { entries, persisted_seq: persisted, final }: LogHistory): LogPage {
  const last = entries.at(-1);
  const next = last ? { seq: last.seq, attempt: last.attempt } : after;
  return { items: entries, next_after: formatCursor(next), complete: final && next.seq >= persisted };
}

/** Whether a cursor has to be compared with the log before a page is given from it. */
export function needsLocating(after: LogCursor, history: LogHistory): boolean {
  return after.seq > 0 && (after.attempt !== null || after.seq > history.persisted_seq);
}

export function cursorInvalid(after: LogCursor, true_seq: number): DomainError {
  return new DomainError(
    'log.cursor_invalid',
    `The log is not what this cursor saw: entries after ${true_seq} have been replaced or never were. Read again with after=${true_seq}.`,
    { fields: [{ path: 'after', message: `${formatCursor(after)} is not a place in this log` }] },
  );
}
