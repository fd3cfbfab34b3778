import { z } from 'zod';

import { TaskId } from './ids.js';
import { text, Time } from './primitives.js';
import { defineEvent, defineRoute, defineRpc } from './rpc.js';
import { Task } from './tasks.js';

export const LogLevel = z.enum(['debug', 'info', 'warn', 'error']);
export type LogLevel = z.infer<typeof LogLevel>;

/** Who speaks: the CLI in its own JSON, the CLI's stderr or other text, the platform, or the end of an attempt. */
export const LogSource = z.enum(['claude', 'output', 'platform', 'end']);
export type LogSource = z.infer<typeof LogSource>;

/** One entry of a task's log. */
export const LogEntry = z
  .object({
    /** 1..n without gap or repeat, over all attempts. */
    seq: z.int().positive(),
    attempt: z.int().nonnegative(),
    time: Time,
    level: LogLevel,
    source: LogSource,
    /** One line in plain words. */
    message: z.string(),
    /** The CLI's message as it spoke it (`claude`), or an AttemptEnd (`end`). */
    data: z.unknown().nullable(),
  })
  .meta({ id: 'LogEntry' });
export type LogEntry = z.infer<typeof LogEntry>;

/** A place in a log: the seq last seen, and the attempt of that entry, since after a lost tail a seq can come again. */
export interface LogCursor {
  seq: number;
  /** Null if the reader does not know it. */
  attempt: number | null;
}

export const logStart: LogCursor = { seq: 0, attempt: null };

/** `42.1` is seq 42 of attempt 1; `42` alone is accepted. */
export const LogCursorText = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})?$/, 'must be a cursor like 42 or 42.1')
  .transform((value): LogCursor => {
    const [seq, attempt] = value.split('.').map(Number);
    return { seq: seq ?? 0, attempt: attempt ?? null };
  });

export function formatCursor(cursor: LogCursor): string {
  return cursor.attempt === null ? String(cursor.seq) : `${cursor.seq}.${cursor.attempt}`;
}

export const LogPage = z
  .object({
    items: z.array(LogEntry),
    /** Cursor for the next page; also where to go on later when there is no more yet. */
    next_after: z.string(),
    /** True if the task has ended and this page reaches its last entry. */
    complete: z.boolean(),
  })
  .meta({ id: 'LogPage' });
export type LogPage = z.infer<typeof LogPage>;

/** SQL keeps seq and attempt in 32 bits. */
const LogSeq = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);

export const LogHistory = z.object({
  entries: z.array(LogEntry),
  /** Highest seq that SQL has. */
  persisted_seq: z.int(),
  /** True if the task is final: persisted_seq is then the log's end. */
  final: z.boolean(),
});
export type LogHistory = z.infer<typeof LogHistory>;

/** What is looked for: as typed, upper and lower case the same. */
const SearchText = text(200);

/** An entry in which the text stands. */
export const LogMatch = z
  .object({
    seq: z.int().positive(),
    attempt: z.int().nonnegative(),
    /** The text around the first place, without ANSI codes and line breaks. */
    excerpt: z.string(),
    /** Where it stands in the excerpt, in UTF-16 units; `end` is the first one behind it. */
    ranges: z.array(z.object({ start: z.int().nonnegative(), end: z.int().positive() })),
  })
  .meta({ id: 'LogMatch' });
export type LogMatch = z.infer<typeof LogMatch>;

export const LogMatches = z
  .object({
    /** First to last; at most `limit`. */
    matches: z.array(LogMatch),
    /** Entries that match, as far as was searched. */
    total: z.int().nonnegative(),
    /** True if `matches` are not all: there are more than `limit`, or the search was ended by its time limit. */
    truncated: z.boolean(),
    /** `after` of a request that goes on behind the last match here, or behind what was searched. */
    next_after: z.int().nonnegative(),
  })
  .meta({ id: 'LogMatches' });
export type LogMatches = z.infer<typeof LogMatches>;

export const logsRpc = defineRpc('task-manager', 'logs', {
  /** Entries after a seq, as far as SQL has them; bounded by count and bytes. */
  history: {
    input: z.object({ task_id: TaskId, after_seq: LogSeq, limit: z.int().min(1).max(1000) }),
    output: LogHistory,
    idempotent: true,
  },
  /** Where a reader with this cursor has to go on: its own seq, or the last one before its log and the true one part. */
  locate: {
    input: z.object({ task_id: TaskId, seq: LogSeq, attempt: LogSeq }),
    output: z.object({ seq: z.int().nonnegative() }),
    idempotent: true,
  },
  /** Entries with a text, as far as SQL has them; ends by itself after a few seconds. */
  search: {
    input: z.object({ task_id: TaskId, q: SearchText, after_seq: LogSeq, limit: z.int().min(1).max(1000) }),
    output: LogMatches,
    idempotent: true,
  },
});

/** SQL has the log up to here. `final` tells readers that the last entry they got is the end. */
export const logPersisted = defineEvent(
  'log.persisted',
  z.object({ task_id: TaskId, persisted_seq: z.int(), final: z.boolean() }),
);

export const LogQuery = z.strictObject({
  after: LogCursorText.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(500),
});

export const LogSearchQuery = z.strictObject({
  q: SearchText,
  /** Only entries behind this seq. */
  after: z.coerce.number().pipe(LogSeq).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

/** Events of the SSE stream, by their `event:` name. */
export const LogStreamEvent = {
  /** `id:` is its cursor. */
  log: LogEntry,
  /** What the reader has after `from` is not the log any more: drop it, the true entries follow. */
  reset: z.object({ from: z.int() }),
  status: Task,
  /** The task is final and everything has been sent. */
  end: Task,
};

export const logsRoutes = {
  read: defineRoute({
    method: 'GET',
    path: '/tasks/:id/logs',
    tag: 'logs',
    summary: "Read a task's log from a cursor; with `Accept: text/event-stream` history, then live",
    access: 'tasks.read',
    status: 200,
    params: z.strictObject({ id: TaskId }),
    query: LogQuery,
    response: LogPage,
    eventStream: true,
  }),
  search: defineRoute({
    method: 'GET',
    path: '/tasks/:id/logs/search',
    tag: 'logs',
    summary: "Find a text in a task's log",
    access: 'tasks.read',
    status: 200,
    params: z.strictObject({ id: TaskId }),
    query: LogSearchQuery,
    response: LogMatches,
  }),
};
