import { LogCursorText, logStart, parseOrThrow, type LogCursor, type LogEntry } from '@aicode/contracts';

import { ApiError } from './api-error.js';

/** So often may the server jump over lines at one place before that is an error. */
const maxGaps = 3;

export function startOf(after: LogCursor | string | undefined): LogCursor {
  if (after === undefined) return logStart;
  return typeof after === 'string' ? parseOrThrow(LogCursorText, after, 'place in the log') : after;
}

/** Where a reader stands in a log, and whether an entry continues there. */
export class LogPlace {
  private gaps = 0;

  constructor(public cursor: LogCursor) {}

  /** `repeat`: the reader has it already; `gap`: lines before it are missing, come back at the cursor. */
  take({ seq, attempt }: LogEntry): 'next' | 'repeat' | 'gap' {
    if (seq <= this.cursor.seq) return 'repeat';
    if (seq > this.cursor.seq + 1) return this.gap(seq);
    this.cursor = { seq, attempt };
    this.gaps = 0;
    return 'next';
  }

  reset(from: number): void {
    this.cursor = { seq: from, attempt: null };
  }

  /** Coming back at the same place makes the server look again. */
  private gap(seq: number): 'gap' {
    this.gaps += 1;
    if (this.gaps <= maxGaps) return 'gap';
    const message = `The server skips lines of the log: ${seq} came after ${this.cursor.seq}. Read it again from there.`;
    throw new ApiError('internal', message, 200, null);
  }
}
