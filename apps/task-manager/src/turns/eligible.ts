import type { EntityManager, SelectQueryBuilder } from 'typeorm';

import { TaskEntity } from '../tasks/task.entity.js';
import { activeStates } from '../tasks/transitions.js';
import { WorkspaceRow } from '../tasks/workspace-row.js';
import { SlotEntity } from './slot.entity.js';

/** Pending tasks that wait for nothing but a runner: due, not cancelled, workspace ready, a slot free. */
function eligibleTasks(manager: EntityManager, now: Date): SelectQueryBuilder<TaskEntity> {
  const freeSlot = manager
    .createQueryBuilder()
    .subQuery()
    .select('1')
    .from(SlotEntity, 'slot')
    .where('slot.workspace_id = task.workspace_id AND slot.attempt_id IS NULL');
  return manager
    .createQueryBuilder(TaskEntity, 'task')
    .innerJoin(WorkspaceRow, 'workspace', 'workspace.id = task.workspace_id')
    .where("task.state = 'pending' AND task.cancel_requested_at IS NULL")
    .andWhere('(task.due_at IS NULL OR task.due_at <= :now)', { now: now.toISOString() })
    .andWhere("workspace.state = 'ready' AND workspace.deleted_at IS NULL")
    .andWhere(`EXISTS ${freeSlot.getQuery()}`);
}

/** The best task of a node at this moment: class, then the user with fewest tasks at work, then age. */
export async function bestTask(manager: EntityManager, node: string, now: Date): Promise<TaskEntity | null> {
  const atWork = manager
    .createQueryBuilder()
    .subQuery()
    .select('COUNT(*)')
    .from(TaskEntity, 'other')
    .where('other.created_by = task.created_by AND other.node = task.node AND other.state IN (:...active)');
  return eligibleTasks(manager, now)
    .andWhere('task.node = :node', { node })
    .addSelect(atWork.getQuery(), 'at_work')
    .setParameter('active', activeStates)
    .orderBy('task.priority', 'ASC')
    .addOrderBy('at_work', 'ASC')
    .addOrderBy('task.id', 'ASC')
    .limit(1)
    .getOne();
}

/** Workspaces with eligible work, and the class of the best of it. */
export async function workspacesWithWork(
  manager: EntityManager,
  now: Date,
  only: { workspaceId?: string; notQueued?: boolean },
): Promise<{ workspaceId: string; rank: number }[]> {
  const query = eligibleTasks(manager, now)
    .select('task.workspace_id', 'workspace_id')
    .addSelect('MIN(task.priority)', 'rank')
    .groupBy('task.workspace_id');
  if (only.workspaceId) query.andWhere('task.workspace_id = :workspace', { workspace: only.workspaceId });
  if (only.notQueued) {
    const unqueued = manager
      .createQueryBuilder()
      .subQuery()
      .select('1')
      .from(SlotEntity, 'unqueued')
      .where(
        'unqueued.workspace_id = task.workspace_id AND unqueued.attempt_id IS NULL AND unqueued.queued_prio IS NULL',
      );
    query.andWhere(`EXISTS ${unqueued.getQuery()}`);
  }
  const rows = await query.getRawMany<{ workspace_id: string; rank: number | string }>();
  return rows.map((row) => ({ workspaceId: row.workspace_id, rank: Number(row.rank) }));
}
