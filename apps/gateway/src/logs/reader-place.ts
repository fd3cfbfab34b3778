import type { LogCursor, LogEntry } from '@aicode/contracts';

/**
 * Where a reader stands in a log. A cursor is seq *and* attempt: after a lost tail a seq can come again in a later attempt, so an
 * entry of another attempt is taken only while the place is confirmed, that is, compared with the log.
 */
export interface Place extends LogCursor {
  confirmed: boolean;
}

export interface Taken {
  /** Entries that continue the place without gap. */
  accepted: LogEntry[];
  place: Place;
  /** Why the next entry was not taken: entries before it are missing, or it is of another attempt than the place. */
  stoppedBy: 'gap' | 'attempt' | null;
}

export function startAt(cursor: LogCursor): Place {
  // Before the first entry there is nothing that could have been lost.
  return { ...cursor, confirmed: cursor.seq === 0 };
}

export function takeContiguous(place: Place, entries: readonly LogEntry[]): Taken {
  const accepted: LogEntry[] = [];
  let current = place;
  for (const entry of entries) {
    if (entry.seq <= current.seq) continue;
    if (entry.seq > current.seq + 1) return { accepted, place: current, stoppedBy: 'gap' };
    const sameAttempt = current.attempt === null || entry.attempt === current.attempt;
    if (!sameAttempt && !current.confirmed) return { accepted, place: current, stoppedBy: 'attempt' };
    accepted.push(entry);
    current = { seq: entry.seq, attempt: entry.attempt, confirmed: false };
  }
  return { accepted, place: current, stoppedBy: null };
}

/** As takeContiguous, but an attempt's end is not taken: it is `end` if it comes next. */
export function takeBeforeEnd(place: Place, entries: readonly LogEntry[]): Taken & { end: LogEntry | undefined } {
  const at = entries.findIndex((entry) => entry.source === 'end' && entry.seq > place.seq);
  const taken = takeContiguous(place, at < 0 ? entries : entries.slice(0, at));
  const end = entries[at];
  if (!end || taken.stoppedBy) return { ...taken, end: undefined };
  return end.seq === taken.place.seq + 1 ? { ...taken, end } : { ...taken, stoppedBy: 'gap', end: undefined };
}
