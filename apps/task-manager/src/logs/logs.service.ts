import { isFinal, type Actor, type LogHistory, type LogMatches } from '@aicode/contracts';
import type { Database } from '@aicode/database';
import type { LogStore } from '@aicode/task-log';

import { findTask } from '../tasks/tasks.repository.js';
import { lastSeqOfAttempts, readEntries } from './log.repository.js';
import { searchLog, type LogSearch } from './search-log.js';

const maxAnswerBytes = 2 * 1024 ** 2;

/** What SQL has of the logs. */
export class LogsService {
  constructor(
    private readonly database: Database,
    private readonly store: LogStore,
  ) {}

  async history(input: { task_id: string; after_seq: number; limit: number }, actor: Actor): Promise<LogHistory> {
    return this.database.read(async (manager) => {
      const { task } = await findTask(manager, input.task_id, actor);
      const entries = await readEntries(manager, task.id, input.after_seq, input.limit, maxAnswerBytes);
      return { entries, persisted_seq: task.persisted_seq, final: isFinal(task.state) };
    });
  }

  async search(search: LogSearch, actor: Actor): Promise<LogMatches> {
    await this.database.read((manager) => findTask(manager, search.task_id, actor));
    return searchLog(this.database, search);
  }

  /**
   * Where a reader's log and the true one part. After a lost tail a seq may belong to a later attempt than the one that the
   * reader saw; everything after the last common entry has to be read again.
   */
  async locate(cursor: { task_id: string; seq: number; attempt: number }, actor: Actor): Promise<number> {
    const { task_id: taskId, seq, attempt } = cursor;
    const inSql = await this.database.read(async (manager) => {
      const { task } = await findTask(manager, taskId, actor);
      return { persisted: task.persisted_seq, common: await lastSeqOfAttempts(manager, taskId, seq, attempt) };
    });
    if (seq <= inSql.persisted) return inSql.common;
    const live = await this.store.read(taskId, inSql.persisted + 1, seq - inSql.persisted);
    const common = live.filter((entry) => entry.seq <= seq && entry.attempt <= attempt).at(-1);
    return common?.seq ?? inSql.common;
  }
}
