import type { LogMatch, LogMatches } from '@aicode/contracts';
import type { Database } from '@aicode/database';
import type { EntityManager } from 'typeorm';

import { entryTexts } from './entry-text.js';
import { LogEntity } from './log.entity.js';
import { lastSeqThatFits, toEntry } from './log.repository.js';
import { excerptOf, needleOf, withoutEscapes } from './search-text.js';

export interface LogSearch {
  task_id: string;
  q: string;
  after_seq: number;
  limit: number;
}

export interface SearchLimits {
  /** Rows and bytes that SQL looks through at once. */
  pageRows: number;
  pageBytes: number;
  /** More are not counted. */
  maxTotal: number;
  timeMs: number;
}

export const searchLimits: SearchLimits = { pageRows: 2000, pageBytes: 8 * 1024 ** 2, maxTotal: 10_000, timeMs: 6000 };

/**
 * Page after page: SQL leaves out what cannot match, the rest is looked at as people see it, without escape sequences. Ends at
 * the log's end, at its limits, and tells which.
 */
export async function searchLog(
  database: Database,
  search: LogSearch,
  limits: SearchLimits = searchLimits,
): Promise<LogMatches> {
  const until = performance.now() + limits.timeMs;
  const matches: LogMatch[] = [];
  let total = 0;
  let searched = search.after_seq;
  let atEnd = false;
  while (!atEnd && total < limits.maxTotal) {
    const page = await database.read((manager) => readPage(manager, database.kind, search, searched, limits));
    if (page === null) atEnd = true;
    for (const row of page?.rows ?? []) {
      const match = matchOf(row, search.q);
      if (!match) continue;
      total += 1;
      if (matches.length < search.limit) matches.push(match);
    }
    searched = page?.upTo ?? searched;
    if (performance.now() > until) break;
  }
  const full = matches.length === search.limit;
  return {
    matches,
    total,
    truncated: !atEnd || total > matches.length,
    next_after: (full ? matches.at(-1)?.seq : undefined) ?? searched,
  };
}

/** Where a text stands in another, in SQL; several times faster than LIKE with PostgreSQL. */
const placeFunctions = { sqlite: 'instr', postgres: 'strpos' } as const satisfies Record<Database['kind'], string>;

/** The rows of the next page that may match. Null behind the log's end. */
async function readPage(
  manager: EntityManager,
  kind: Database['kind'],
  { task_id: taskId, q }: LogSearch,
  after: number,
  { pageRows, pageBytes }: SearchLimits,
): Promise<{ rows: LogEntity[]; upTo: number } | null> {
  const upTo = await lastSeqThatFits(manager, taskId, after, pageRows, pageBytes);
  if (upTo === null) return null;
  const query = manager
    .createQueryBuilder(LogEntity, 'log')
    .where('log.task_id = :taskId AND log.seq > :after AND log.seq <= :upTo', { taskId, after, upTo })
    .orderBy('log.seq', 'ASC');
  const needle = needleOf(q);
  if (needle !== null) {
    // Rows with escape sequences always: one may stand in the middle of the text.
    const find = placeFunctions[kind];
    query.andWhere(
      `(${find}(lower(log.message), :needle) > 0 OR ${find}(lower(log.data), :needle) > 0 OR ${find}(log.message, :esc) > 0
        OR ${find}(log.data, :jsonEsc) > 0 OR ${find}(log.message, :csi) > 0 OR ${find}(log.data, :csi) > 0)`,
      { needle, esc: '\u001b', jsonEsc: '\\u001b', csi: '\u009b' },
    );
  }
  return { rows: await query.getMany(), upTo };
}

function matchOf(row: LogEntity, q: string): LogMatch | null {
  for (const text of entryTexts(toEntry(row))) {
    const found = excerptOf(withoutEscapes(text), q);
    if (found) return { seq: row.seq, attempt: row.attempt, ...found };
  }
  return null;
}
