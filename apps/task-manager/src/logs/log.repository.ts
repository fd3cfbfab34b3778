import type { LogEntry } from '@aicode/contracts';
import type { EntityManager } from 'typeorm';

import { LogEntity } from './log.entity.js';

/** SQLite and PostgreSQL bound the parameters of a statement: 8 a row. */
const rowsPerInsert = 500;
/** About what an entry's other fields take in an answer. */
const bytesBesideText = 200;

export async function insertEntries(manager: EntityManager, taskId: string, entries: LogEntry[]): Promise<void> {
  for (let i = 0; i < entries.length; i += rowsPerInsert) {
    const rows = entries.slice(i, i + rowsPerInsert).map((entry) => ({
      task_id: taskId,
      seq: entry.seq,
      attempt: entry.attempt,
      level: entry.level,
      source: entry.source,
      message: entry.message,
      data: entry.data === null ? null : JSON.stringify(entry.data),
      time: entry.time,
    }));
    await manager.createQueryBuilder().insert().into(LogEntity).values(rows).execute();
  }
}

/**
 * Entries after a seq, at most `limit`, and no more bytes than one answer over the bus should hold (but one entry at least).
 * Sizes are looked at before anything is loaded: a page of the largest lines would not fit into memory for several readers.
 */
export async function readEntries(
  manager: EntityManager,
  taskId: string,
  afterSeq: number,
  limit: number,
  maxBytes: number,
): Promise<LogEntry[]> {
  const upTo = await lastSeqThatFits(manager, taskId, afterSeq, limit, maxBytes);
  if (upTo === null) return [];
  const rows = await manager
    .createQueryBuilder(LogEntity, 'log')
    .where('log.task_id = :taskId AND log.seq > :afterSeq AND log.seq <= :upTo', { taskId, afterSeq, upTo })
    .orderBy('log.seq', 'ASC')
    .getMany();
  return rows.map(toEntry);
}

/** `octet_length` reads no value in SQLite and in PostgreSQL, only its size. Null if there is no entry. */
export async function lastSeqThatFits(
  manager: EntityManager,
  taskId: string,
  afterSeq: number,
  limit: number,
  maxBytes: number,
): Promise<number | null> {
  const sizes = await manager
    .createQueryBuilder(LogEntity, 'log')
    .select('log.seq', 'seq')
    .addSelect("octet_length(log.message) + octet_length(COALESCE(log.data, ''))", 'bytes')
    .where('log.task_id = :taskId AND log.seq > :afterSeq', { taskId, afterSeq })
    .orderBy('log.seq', 'ASC')
    .limit(limit)
    .getRawMany<{ seq: number | string; bytes: number | string }>();
  let upTo: number | null = null;
  let bytes = 0;
  for (const row of sizes) {
    bytes += Number(row.bytes) + bytesBesideText;
    if (bytes > maxBytes && upTo !== null) break;
    upTo = Number(row.seq);
  }
  return upTo;
}

export function toEntry(row: LogEntity): LogEntry {
  const data: unknown = row.data === null ? null : JSON.parse(row.data);
  return {
    seq: row.seq,
    attempt: row.attempt,
    time: row.time,
    level: row.level,
    source: row.source,
    message: row.message,
    data,
  };
}

/** The last entry up to a seq that belongs to an attempt or an earlier one: 0 if there is none. */
export async function lastSeqOfAttempts(
  manager: EntityManager,
  taskId: string,
  seq: number,
  attempt: number,
): Promise<number> {
  const row = await manager
    .createQueryBuilder(LogEntity, 'log')
    .select('MAX(log.seq)', 'seq')
    .where('log.task_id = :taskId AND log.seq <= :seq AND log.attempt <= :attempt', { taskId, seq, attempt })
    .getRawOne<{ seq: number | string | null }>();
  return Number(row?.seq ?? 0);
}
