import { DomainError, workspaceChanged, type Actor, type DockerConfig } from '@aicode/contracts';
import { isUniqueViolation, type Database } from '@aicode/database';
import type { EventBus } from '@aicode/service-kit';

import { viewWorkspace } from './workspace-view.js';
import { WorkspaceEntity } from './workspace.entity.js';
import {
  changeWorkspace,
  findWorkspace,
  listIds,
  listUnsettled,
  listWorkspaces,
  type WorkspaceChange,
  type WorkspaceFilter,
} from './workspaces.repository.js';

/** The rows of workspaces. Every change that has happened is told to whoever listens. */
export class WorkspaceRecords {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly docker: DockerConfig,
  ) {}

  find(id: string, actor: Actor, options?: { deleted: boolean }): Promise<WorkspaceEntity> {
    return this.database.read((manager) => findWorkspace(manager, id, actor, options));
  }

  list(filter: WorkspaceFilter, actor: Actor): Promise<WorkspaceEntity[]> {
    return this.database.read((manager) => listWorkspaces(manager, filter, actor));
  }

  unsettled(node: string): Promise<WorkspaceEntity[]> {
    return this.database.read((manager) => listUnsettled(manager, node));
  }

  /** Of all that are not deleted, on a node. */
  ids(node: string): Promise<string[]> {
    return this.database.read((manager) => listIds(manager, node));
  }

  /** @throws DomainError workspace.name_taken: the unique index decides, also between two requests at the same moment */
  async insert(row: WorkspaceEntity): Promise<void> {
    await namedOnce(row.name, () => this.database.write((manager) => manager.insert(WorkspaceEntity, row)));
  }

  /** Null if somebody has changed the row since it was read. @throws DomainError workspace.name_taken */
  async change(row: WorkspaceEntity, change: WorkspaceChange): Promise<WorkspaceEntity | null> {
    const changed = await namedOnce(change.name ?? row.name, () => this.claim(row, change));
    if (changed) await this.tell(changed);
    return changed;
  }

  /**
   * Makes the row ours: whoever has read it before, and has lost the right to work on it without noticing, can change it no
   * more. Null if somebody was quicker. Nobody is told.
   */
  claim(row: WorkspaceEntity, change: WorkspaceChange = {}): Promise<WorkspaceEntity | null> {
    return this.database.write((manager) => changeWorkspace(manager, row, change, new Date()));
  }

  /** Takes back a row that nobody has heard of yet. False if somebody has changed it. */
  async forget({ id, version }: WorkspaceEntity): Promise<boolean> {
    const result = await this.database.write((manager) => manager.delete(WorkspaceEntity, { id, version }));
    return result.affected === 1;
  }

  /** May be lost: the state itself is in SQL. */
  async tell(row: WorkspaceEntity): Promise<void> {
    await this.events.publish(workspaceChanged, { workspace: viewWorkspace(row, this.docker) });
  }
}

async function namedOnce<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new DomainError(
      'workspace.name_taken',
      `You have a workspace named ${JSON.stringify(name)} already. Choose another name, or delete that one first.`,
      { fields: [{ path: 'name', message: 'is the name of another workspace of yours' }] },
    );
  }
}
