import { DomainError, type Actor, type Task, type TaskSummary } from '@aicode/contracts';
import type { Database } from '@aicode/database';

import { briefTasks } from '../tasks/brief-tasks.js';
import { viewTask } from '../tasks/task-view.js';
import { countEnded, countUnfinished, lastTasks, usageSince } from './summary.repository.js';

const listed = 10;
/** A day, wherever it began, and what a clock that runs ahead may add; beyond it would be a report. */
const longestMs = 48 * 3_600_000;

/** The tasks that somebody may see, in numbers. */
export class SummaryService {
  constructor(private readonly database: Database) {}

  /** @throws DomainError request.invalid: a time too long ago */
  async tasks(since: string, actor: Actor): Promise<TaskSummary> {
    const now = new Date();
    if (Date.parse(since) < now.getTime() - longestMs) throw tooLongAgo();
    return this.database.read(async (manager) => {
      const unfinished = await countUnfinished(manager, actor);
      const ended = await countEnded(manager, actor, since);
      const changedIds = await lastTasks(manager, actor, 'updated_at', listed);
      const endedIds = await lastTasks(manager, actor, 'ended_at', listed);
      const found = await briefTasks(manager, [...new Set([...changedIds, ...endedIds])]);
      const view = (id: string): Task[] => {
        const of = found.get(id);
        return of ? [viewTask(of.task, of.workspace, now)] : [];
      };
      return {
        running: (unfinished.get('starting') ?? 0) + (unfinished.get('running') ?? 0),
        waiting: unfinished.get('pending') ?? 0,
        waiting_approval: unfinished.get('waiting_approval') ?? 0,
        ended_today: {
          succeeded: ended.get('succeeded') ?? 0,
          failed: ended.get('failed') ?? 0,
          cancelled: ended.get('cancelled') ?? 0,
          timed_out: ended.get('timed_out') ?? 0,
        },
        recent: changedIds.flatMap(view),
        ended: endedIds.flatMap(view),
        usage_today: await usageSince(manager, actor, since),
      };
    });
  }
}

function tooLongAgo(): DomainError {
  const message = 'must lie within the last 48 hours: it is when the day began';
  return new DomainError('request.invalid', `The query is not valid: since: ${message}.`, {
    fields: [{ path: 'since', message }],
  });
}
