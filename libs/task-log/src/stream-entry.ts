import { LogEntry } from '@aicode/contracts';

import { seqOfId } from './keys.js';

/** What a stream entry holds beside its seq (its id) and its attempt (a field of its own, for the fencing). */
export type LogLine = Omit<LogEntry, 'seq' | 'attempt'>;

/** An entry as ioredis reads it: id, then field names and values. */
export type RawEntry = [id: string, fields: string[]];

/** NUL is shown as its picture: PostgreSQL's text cannot hold it, and a log must never stop at a character. */
export function encodeLine(line: LogLine): string {
  return JSON.stringify({ ...line, message: line.message.replaceAll('\0', '\u2400') });
}

export function decodeEntry([id, fields]: RawEntry): LogEntry {
  const attempt = Number(fields[1]);
  const line: unknown = JSON.parse(fields[3] ?? '{}');
  return LogEntry.parse({ ...(typeof line === 'object' ? line : {}), seq: seqOfId(id), attempt });
}
