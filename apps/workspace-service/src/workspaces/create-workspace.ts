import { DomainError, newId, type Actor, type CreateWorkspace, type WorkspaceSource } from '@aicode/contracts';
import type { ServiceContext } from '@aicode/service-kit';

import { checkGitSource } from '../sources/git-source.js';
import { checkLocalPath } from '../sources/local-path.js';
import { canonicalName } from './canonical-name.js';
import { refuseBeyondLimits } from './change-settings.js';
import { makeReady } from './make-ready.js';
import type { WorkspaceRecords } from './workspace-records.js';
import { WorkspaceEntity } from './workspace.entity.js';

type Origin = Pick<WorkspaceEntity, 'source_type' | 'source_url' | 'source_branch'>;

/**
 * Makes a workspace: one that is empty or of a local path is ready at once, the clone of a git repository goes on behind
 * the answer. A refused request leaves nothing.
 */
export async function createWorkspace(
  context: ServiceContext,
  records: WorkspaceRecords,
  input: CreateWorkspace,
  actor: Actor,
): Promise<WorkspaceEntity> {
  const owner = actor.user_id;
  if (owner === null) throw new DomainError('auth.forbidden', 'Only a user can create a workspace.');
  refuseBeyondLimits(input.container, context.config.docker);
  const id = newId('workspace');
  const { source_path: path, ...origin } = await checkSource(context, input.source);
  const now = new Date().toISOString();
  const row: WorkspaceEntity = {
    id,
    name: canonicalName(input.name),
    project_path: path ?? context.paths.workspace(id).project,
    ...origin,
    state: path === null ? 'creating' : 'ready',
    state_reason: null,
    owner_id: owner,
    node: context.config.runner.node,
    slots: context.config.workspaces.slots,
    container: input.container,
    version: 1,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  };
  // The row comes first: a crash after it is mended by the background work, a directory without a row by nobody.
  await records.insert(row);
  if (origin.source_type === 'empty') return makeReady(context, records, row);
  await records.tell(row);
  return row;
}

/** @throws DomainError that says what is wrong with the source; nothing has been changed */
async function checkSource(
  context: ServiceContext,
  source: WorkspaceSource,
): Promise<Origin & { source_path: string | null }> {
  switch (source.type) {
    case 'empty':
      return { source_type: 'empty', source_path: null, source_url: null, source_branch: null };
    case 'path': {
      const path = await checkLocalPath(source.path, context);
      return { source_type: 'path', source_path: path, source_url: null, source_branch: null };
    }
    case 'git': {
      const { url, branch } = await checkGitSource(source, context.config.workspaces);
      return { source_type: 'git', source_path: null, source_url: url, source_branch: branch };
    }
  }
}
