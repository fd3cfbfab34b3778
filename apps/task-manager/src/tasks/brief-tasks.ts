import { In, type EntityManager } from 'typeorm';

import { TaskEntity } from './task.entity.js';
import type { TaskInWorkspace } from './tasks.repository.js';
import { WorkspaceRow } from './workspace-row.js';

/** A prompt may have 200,000 characters: many tasks at once carry the beginning of theirs. */
const briefLength = 500;

/** Tasks with their workspaces by id, with the beginning of a long prompt only; ids that are not there are left out. */
export async function briefTasks(manager: EntityManager, ids: string[]): Promise<Map<string, TaskInWorkspace>> {
  if (ids.length === 0) return new Map();
  const columns = manager.connection.getMetadata(TaskEntity).columns.map(({ propertyName }) => propertyName);
  const { entities, raw } = await manager
    .createQueryBuilder(TaskEntity, 'task')
    .select(columns.filter((name) => name !== 'command').map((name) => `task.${name}`))
    .addSelect(`substr(task.command, 1, ${briefLength + 1})`, 'brief')
    .where({ id: In(ids) })
    .getRawAndEntities<{ task_id: string; brief: string }>();
  const briefs = new Map(raw.map(({ task_id, brief }) => [task_id, brief]));
  const workspaces = await manager.findBy(WorkspaceRow, { id: In(entities.map((task) => task.workspace_id)) });
  const byId = new Map(workspaces.map((workspace) => [workspace.id, workspace]));
  return new Map(
    entities.flatMap((task) => {
      task.command = cut(briefs.get(task.id) ?? '');
      const workspace = byId.get(task.workspace_id);
      return workspace ? [[task.id, { task, workspace }] as const] : [];
    }),
  );
}

/** SQL counts characters as code points. */
function cut(text: string): string {
  const points = Array.from(text);
  return points.length > briefLength ? `${points.slice(0, briefLength - 1).join('')}…` : text;
}
