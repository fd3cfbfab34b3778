import { DomainError, maySeeOwnedBy, type Actor } from '@aicode/contracts';
import type { EntityManager } from 'typeorm';

import { TaskEntity } from './task.entity.js';
import { WorkspaceRow } from './workspace-row.js';

export interface TaskInWorkspace {
  task: TaskEntity;
  workspace: WorkspaceRow;
}

/** The workspace, if the actor may know of it. */
export async function findWorkspace(manager: EntityManager, id: string, actor: Actor): Promise<WorkspaceRow> {
  const workspace = await manager.findOneBy(WorkspaceRow, { id });
  if (!workspace || workspace.deleted_at !== null || !maySeeOwnedBy(actor, workspace.owner_id)) {
    throw new DomainError(
      'workspace.not_found',
      `There is no workspace ${id}. \`aicli workspace list\` shows those that you have.`,
    );
  }
  return workspace;
}

/** The task with its workspace, if the actor may know of it. A deleted workspace keeps its tasks' history. */
export async function findTask(manager: EntityManager, id: string, actor: Actor): Promise<TaskInWorkspace> {
  const task = await manager.findOneBy(TaskEntity, { id });
  const workspace = task && (await manager.findOneBy(WorkspaceRow, { id: task.workspace_id }));
  if (!task || !workspace || !maySeeOwnedBy(actor, workspace.owner_id)) {
    throw new DomainError('task.not_found', `There is no task ${id}. \`aicli task list\` shows those that you have.`);
  }
  return { task, workspace };
}

export interface TaskFilter {
  workspace_id?: string | undefined;
  state?: string | undefined;
  priority?: number | undefined;
  /** Only tasks older than this id. */
  before?: string | undefined;
  limit: number;
}

/** Newest first. Ids sort by time of creation, so the id is the cursor. */
export async function listTasks(manager: EntityManager, filter: TaskFilter, actor: Actor): Promise<TaskInWorkspace[]> {
  const query = manager.createQueryBuilder(TaskEntity, 'task').orderBy('task.id', 'DESC').limit(filter.limit);
  query.innerJoin(WorkspaceRow, 'workspace', 'workspace.id = task.workspace_id');
  if (actor.role !== 'admin') query.andWhere('workspace.owner_id = :owner', { owner: actor.user_id });
  if (filter.workspace_id) query.andWhere('task.workspace_id = :workspace', { workspace: filter.workspace_id });
  if (filter.state) query.andWhere('task.state = :state', { state: filter.state });
  if (filter.priority !== undefined) query.andWhere('task.priority = :priority', { priority: filter.priority });
  if (filter.before) query.andWhere('task.id < :before', { before: filter.before });
  const tasks = await query.getMany();
  const ids = [...new Set(tasks.map((task) => task.workspace_id))];
  const workspaces =
    ids.length === 0
      ? []
      : await manager.createQueryBuilder(WorkspaceRow, 'w').where('w.id IN (:...ids)', { ids }).getMany();
  const byId = new Map(workspaces.map((workspace) => [workspace.id, workspace]));
  return tasks.flatMap((task) => {
    const workspace = byId.get(task.workspace_id);
    return workspace ? [{ task, workspace }] : [];
  });
}
