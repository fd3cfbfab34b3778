import type { Actor, CreateWorkspace, UpdateWorkspace, Workspace } from '@aicode/contracts';
import type { ServiceContext } from '@aicode/service-kit';

import type { BackgroundWork } from './background-work.js';
import { canonicalName } from './canonical-name.js';
import { createWorkspace } from './create-workspace.js';
import { deleteWorkspace } from './delete-workspace.js';
import { updateWorkspace } from './update-workspace.js';
import type { WorkspaceRecords } from './workspace-records.js';
import { viewWorkspace } from './workspace-view.js';
import type { WorkspaceEntity } from './workspace.entity.js';
import type { WorkspaceFilter } from './workspaces.repository.js';

export class WorkspacesService {
  constructor(
    private readonly context: ServiceContext,
    private readonly records: WorkspaceRecords,
    private readonly background: BackgroundWork,
  ) {}

  async create(input: CreateWorkspace, actor: Actor): Promise<Workspace> {
    const row = await createWorkspace(this.context, this.records, input, actor);
    if (row.state === 'creating') this.background.wake();
    return this.view(row);
  }

  async get(id: string, actor: Actor): Promise<Workspace> {
    return this.view(await this.records.find(id, actor));
  }

  async list(filter: WorkspaceFilter, actor: Actor): Promise<{ items: Workspace[]; next_cursor: string | null }> {
    const name = filter.name === undefined ? undefined : canonicalName(filter.name);
    const found = await this.records.list({ ...filter, name, limit: filter.limit + 1 }, actor);
    const items = found.slice(0, filter.limit).map((row) => this.view(row));
    return { items, next_cursor: found.length > filter.limit ? (items.at(-1)?.id ?? null) : null };
  }

  async update(id: string, change: UpdateWorkspace, actor: Actor): Promise<Workspace> {
    return this.view(await updateWorkspace(this.context, this.records, { id, change, actor }));
  }

  async delete(id: string, force: boolean, actor: Actor): Promise<void> {
    await deleteWorkspace(this.context, this.records, { id, force, actor });
    this.background.wake();
  }

  private view(row: WorkspaceEntity): Workspace {
    return viewWorkspace(row, this.context.config.docker);
  }
}
