import { AttemptEnd, type Actor, type TaskState, type Usage } from '@aicode/contracts';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';

import { LogEntity } from '../logs/log.entity.js';
import { TaskEntity } from '../tasks/task.entity.js';
import { unfinishedStates } from '../tasks/transitions.js';
import { WorkspaceRow } from '../tasks/workspace-row.js';
import { AttemptEntity } from '../turns/attempt.entity.js';

export type StateCounts = Map<TaskState, number>;

/** How many tasks are in each state that is not final. */
export async function countUnfinished(manager: EntityManager, actor: Actor): Promise<StateCounts> {
  const states = { unfinished: unfinishedStates };
  return countStates(visibleTasks(manager, actor).andWhere('task.state IN (:...unfinished)', states));
}

/** How many tasks have ended since a time, by their final state. */
export async function countEnded(manager: EntityManager, actor: Actor, since: string): Promise<StateCounts> {
  return countStates(visibleTasks(manager, actor).andWhere('task.ended_at >= :since', { since }));
}

/** The ids of the tasks that changed, or ended, last. */
export async function lastTasks(
  manager: EntityManager,
  actor: Actor,
  by: 'updated_at' | 'ended_at',
  limit: number,
): Promise<string[]> {
  const rows = await visibleTasks(manager, actor)
    .select('task.id', 'id')
    .andWhere(`task.${by} IS NOT NULL`)
    .orderBy(`task.${by}`, 'DESC')
    .addOrderBy('task.id', 'DESC')
    .limit(limit)
    .getRawMany<{ id: string }>();
  return rows.map(({ id }) => id);
}

/** What the attempts that ended since a time used. Their terminal entries say so: a task adds up over days. */
export async function usageSince(manager: EntityManager, actor: Actor, since: string): Promise<Usage> {
  const query = manager
    .createQueryBuilder(AttemptEntity, 'attempt')
    .innerJoin(LogEntity, 'log', 'log.task_id = attempt.task_id AND log.seq = attempt.terminal_seq')
    .select('log.data', 'data')
    .where('attempt.ended_at >= :since', { since });
  if (actor.role !== 'admin') {
    query.innerJoin(WorkspaceRow, 'workspace', 'workspace.id = attempt.workspace_id');
    query.andWhere('workspace.owner_id = :owner', { owner: actor.user_id });
  }
  const rows = await query.getRawMany<{ data: string | null }>();
  return rows.map(({ data }) => usageOf(data)).reduce<Usage>((sum, more) => (more ? add(sum, more) : sum), nothing);
}

function visibleTasks(manager: EntityManager, actor: Actor): SelectQueryBuilder<TaskEntity> {
  const query = manager
    .createQueryBuilder(TaskEntity, 'task')
    .innerJoin(WorkspaceRow, 'workspace', 'workspace.id = task.workspace_id');
  if (actor.role !== 'admin') query.where('workspace.owner_id = :owner', { owner: actor.user_id });
  return query;
}

async function countStates(query: SelectQueryBuilder<TaskEntity>): Promise<StateCounts> {
  const rows = await query
    .select('task.state', 'state')
    .addSelect('COUNT(*)', 'count')
    .groupBy('task.state')
    .getRawMany<{ state: TaskState; count: number | string }>();
  return new Map(rows.map(({ state, count }) => [state, Number(count)]));
}

/** Null also for an end that its runner wrote wrongly. */
function usageOf(data: string | null): Usage | null {
  return data === null ? null : (AttemptEnd.safeParse(JSON.parse(data)).data?.usage ?? null);
}

const nothing: Usage = {
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  cost_usd: 0,
};

function add(sum: Usage, more: Usage): Usage {
  return {
    input_tokens: sum.input_tokens + more.input_tokens,
    output_tokens: sum.output_tokens + more.output_tokens,
    cache_read_tokens: sum.cache_read_tokens + more.cache_read_tokens,
    cache_write_tokens: sum.cache_write_tokens + more.cache_write_tokens,
    cost_usd: sum.cost_usd + more.cost_usd,
  };
}
