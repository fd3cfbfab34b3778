import { resolveContainer, type DockerConfig, type Workspace, type WorkspaceSource } from '@aicode/contracts';

import type { WorkspaceEntity } from './workspace.entity.js';

/** A workspace as everybody outside sees it. */
export function viewWorkspace(row: WorkspaceEntity, docker: DockerConfig): Workspace {
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    reason: row.state_reason,
    source: viewSource(row),
    project_path: row.project_path,
    owner_id: row.owner_id,
    node: row.node,
    slots: row.slots,
    container: resolveContainer(row.container, docker),
    container_settings: row.container,
    version: row.version,
    created_at: row.created_at,
    updated_at: row.updated_at,
  };
}

function viewSource(row: WorkspaceEntity): WorkspaceSource {
  switch (row.source_type) {
    case 'empty':
      return { type: 'empty' };
    case 'path':
      return { type: 'path', path: row.project_path };
    case 'git':
      return {
        type: 'git',
        url: row.source_url ?? '',
        ...(row.source_branch === null ? {} : { branch: row.source_branch }),
      };
  }
}
