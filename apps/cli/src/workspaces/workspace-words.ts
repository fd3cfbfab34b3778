import type { Workspace, WorkspaceState } from '@aicode/contracts';
import { safeLine } from '@aicode/log-view';

import { facts } from '../terminal/table.js';

export const workspaceStateWords: Readonly<Record<WorkspaceState, string>> = {
  creating: 'Creating',
  ready: 'Ready',
  failed: 'Failed',
  deleting: 'Deleting',
};

/** Where its files are from, on one line. */
export function sourceWords({ source }: Pick<Workspace, 'source'>): string {
  switch (source.type) {
    case 'empty':
      return 'empty';
    case 'path':
      return safeLine(source.path);
    case 'git':
      return safeLine(source.branch === undefined ? source.url : `${source.url} (${source.branch})`);
  }
}

export function workspaceFacts(workspace: Workspace): string[] {
  return facts([
    ['Name', safeLine(workspace.name)],
    ['Id', workspace.id],
    [
      'State',
      workspaceStateWords[workspace.state] + (workspace.reason === null ? '' : `: ${safeLine(workspace.reason)}`),
    ],
    ['Source', sourceWords(workspace)],
    ['Files', safeLine(workspace.project_path)],
    ['Node', safeLine(workspace.node)],
    ['Slots', String(workspace.slots)],
    ['Created', workspace.created_at],
  ]);
}
