import type { Workspace, WorkspaceState } from '@aicode/contracts';
import { safeLine } from '@aicode/log-view';

import { facts } from '../terminal/table.js';
import { containerEntries } from './container-words.js';

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

/** @param activity what its containers do now, if that is known */
export function workspaceFacts(workspace: Workspace, activity: string | null = null): string[] {
  const own = Object.keys(workspace.container_settings).length > 0;
  const lines = facts([
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
    ['Containers', activity],
    ...containerEntries(workspace),
  ]);
  return own ? [...lines, '* set by the workspace itself'] : lines;
}
