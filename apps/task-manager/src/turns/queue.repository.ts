import type { Actor, WorkspaceState } from '@aicode/contracts';
import type { EntityManager } from 'typeorm';

import { TaskEntity } from '../tasks/task.entity.js';
import { activeStates } from '../tasks/transitions.js';
import { WorkspaceRow } from '../tasks/workspace-row.js';
import type { NodeWork, Waiting } from './queue-order.js';
import { SlotEntity } from './slot.entity.js';

/** A pending task, and what decides who may see it and what is said of it. */
export interface WaitingTask extends Waiting {
  ownerId: string;
  workspaceState: WorkspaceState;
  reason: string | null;
}

interface WaitingRow {
  id: string;
  node: string;
  workspace_id: string;
  user: string;
  rank: number | string;
  due_at: string | null;
  reason: string | null;
  owner_id: string;
  workspace_state: WorkspaceState;
  deleted_at: string | null;
}

export type WaitingOfNodes = Map<string, NodeWork & { waiting: WaitingTask[] }>;

/** What waits on each node, whoever's it is, at most `limit` tasks in all; and whether there are more. */
export async function waitingOfNodes(
  manager: EntityManager,
  limit: number,
): Promise<{ nodes: WaitingOfNodes; more: boolean }> {
  const rows = await manager
    .createQueryBuilder(TaskEntity, 'task')
    .innerJoin(WorkspaceRow, 'workspace', 'workspace.id = task.workspace_id')
    .select(['task.id AS id', 'task.node AS node', 'task.workspace_id AS workspace_id'])
    .addSelect('task.created_by', 'user')
    .addSelect('task.priority', 'rank')
    .addSelect('task.due_at', 'due_at')
    .addSelect('task.reason', 'reason')
    .addSelect('workspace.owner_id', 'owner_id')
    .addSelect('workspace.state', 'workspace_state')
    .addSelect('workspace.deleted_at', 'deleted_at')
    .where("task.state = 'pending' AND task.cancel_requested_at IS NULL")
    .orderBy('task.priority', 'ASC')
    .addOrderBy('task.id', 'ASC')
    .limit(limit + 1)
    .getRawMany<WaitingRow>();
  const waiting = new Map<string, WaitingTask[]>();
  for (const row of rows.slice(0, limit)) {
    const ofNode = waiting.get(row.node) ?? [];
    waiting.set(row.node, ofNode);
    ofNode.push(waitingTask(row));
  }
  const nodes: WaitingOfNodes = new Map();
  for (const [node, ofNode] of [...waiting].sort(([a], [b]) => (a < b ? -1 : 1))) {
    nodes.set(node, {
      waiting: ofNode,
      atWork: await atWorkByUser(manager, node),
      freeSlots: await freeSlotsByWorkspace(manager, node),
    });
  }
  return { nodes, more: rows.length > limit };
}

function waitingTask(row: WaitingRow): WaitingTask {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    user: row.user,
    rank: Number(row.rank),
    dueAt: row.due_at,
    reason: row.reason,
    ownerId: row.owner_id,
    workspaceState: row.workspace_state,
    workspaceReady: row.workspace_state === 'ready' && row.deleted_at === null,
  };
}

async function atWorkByUser(manager: EntityManager, node: string): Promise<Map<string, number>> {
  const rows = await manager
    .createQueryBuilder(TaskEntity, 'task')
    .select('task.created_by', 'key')
    .addSelect('COUNT(*)', 'count')
    .where('task.node = :node AND task.state IN (:...active)', { node, active: activeStates })
    .groupBy('task.created_by')
    .getRawMany<{ key: string; count: number | string }>();
  return counts(rows);
}

async function freeSlotsByWorkspace(manager: EntityManager, node: string): Promise<Map<string, number>> {
  const rows = await manager
    .createQueryBuilder(SlotEntity, 'slot')
    .select('slot.workspace_id', 'key')
    .addSelect('COUNT(*)', 'count')
    .where('slot.node = :node AND slot.attempt_id IS NULL', { node })
    .groupBy('slot.workspace_id')
    .getRawMany<{ key: string; count: number | string }>();
  return counts(rows);
}

function counts(rows: { key: string; count: number | string }[]): Map<string, number> {
  return new Map(rows.map(({ key, count }) => [key, Number(count)]));
}

/** How many tasks wait that the actor may see. */
export async function countWaiting(manager: EntityManager, actor: Actor, workspaceId?: string): Promise<number> {
  const query = manager
    .createQueryBuilder(TaskEntity, 'task')
    .innerJoin(WorkspaceRow, 'workspace', 'workspace.id = task.workspace_id')
    .where("task.state = 'pending' AND task.cancel_requested_at IS NULL");
  if (actor.role !== 'admin') query.andWhere('workspace.owner_id = :owner', { owner: actor.user_id });
  if (workspaceId !== undefined) query.andWhere('task.workspace_id = :workspaceId', { workspaceId });
  return query.getCount();
}
