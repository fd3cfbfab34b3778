import { DomainError, maySeeOwnedBy, type Actor, type WorkspaceState } from '@aicode/contracts';
import { In, IsNull, type EntityManager } from 'typeorm';

import { WorkspaceEntity } from './workspace.entity.js';

/** What a change may touch; version and time of the change are set with it. */
export type WorkspaceChange = Partial<
  Pick<WorkspaceEntity, 'name' | 'container' | 'state' | 'state_reason' | 'deleted_at'>
>;

/** States that the platform itself has to lead further. */
const unsettledStates: WorkspaceState[] = ['creating', 'deleting'];

/** The workspace, if the actor may know of it. One that is deleted is found only if asked for. */
export async function findWorkspace(
  manager: EntityManager,
  id: string,
  actor: Actor,
  { deleted }: { deleted: boolean } = { deleted: false },
): Promise<WorkspaceEntity> {
  const row = await manager.findOneBy(WorkspaceEntity, { id });
  if (!row || (row.deleted_at !== null && !deleted) || !maySeeOwnedBy(actor, row.owner_id)) {
    throw new DomainError(
      'workspace.not_found',
      `There is no workspace ${id}. \`aicli workspace list\` shows those that you have.`,
    );
  }
  return row;
}

export interface WorkspaceFilter {
  name?: string | undefined;
  /** Only workspaces older than this id. */
  before?: string | undefined;
  limit: number;
}

/** Newest first. Ids sort by time of creation, so the id is the cursor. */
export async function listWorkspaces(
  manager: EntityManager,
  filter: WorkspaceFilter,
  actor: Actor,
): Promise<WorkspaceEntity[]> {
  const query = manager.createQueryBuilder(WorkspaceEntity, 'workspace').where('workspace.deleted_at IS NULL');
  if (actor.role !== 'admin') query.andWhere('workspace.owner_id = :owner', { owner: actor.user_id });
  if (filter.name !== undefined) query.andWhere('workspace.name = :name', { name: filter.name });
  if (filter.before !== undefined) query.andWhere('workspace.id < :before', { before: filter.before });
  return query.orderBy('workspace.id', 'DESC').limit(filter.limit).getMany();
}

/** Whatever waits for the platform on a node, where its files are; the longest untouched first. */
export async function listUnsettled(manager: EntityManager, node: string): Promise<WorkspaceEntity[]> {
  return manager.find(WorkspaceEntity, {
    where: { state: In(unsettledStates), node, deleted_at: IsNull() },
    order: { updated_at: 'ASC', id: 'ASC' },
  });
}

/** Of all that are not deleted, on a node. */
export async function listIds(manager: EntityManager, node: string): Promise<string[]> {
  const rows = await manager.find(WorkspaceEntity, { select: { id: true }, where: { node, deleted_at: IsNull() } });
  return rows.map(({ id }) => id);
}

/** Compare-and-swap on the version. Null if somebody was quicker; then nothing is changed. */
export async function changeWorkspace(
  manager: EntityManager,
  row: WorkspaceEntity,
  change: WorkspaceChange,
  now: Date,
): Promise<WorkspaceEntity | null> {
  const changes = { ...change, version: row.version + 1, updated_at: now.toISOString() };
  const done = await manager.update(WorkspaceEntity, { id: row.id, version: row.version }, changes);
  return done.affected === 1 ? manager.create(WorkspaceEntity, { ...row, ...changes }) : null;
}
