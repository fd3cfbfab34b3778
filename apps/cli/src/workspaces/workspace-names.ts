import type { ApiClient } from '@aicode/api-client';
import type { Task } from '@aicode/contracts';
import { safeLine } from '@aicode/log-view';

import { allWorkspaces } from './find-workspace.js';

/** Names of the tasks' workspaces, by id. A deleted one has none. */
export async function workspaceNames(client: ApiClient, tasks: readonly Task[]): Promise<Map<string, string>> {
  const wanted = new Set(tasks.map((task) => task.workspace_id));
  const names = new Map<string, string>();
  if (wanted.size === 0) return names;
  for await (const workspace of allWorkspaces(client)) {
    if (wanted.has(workspace.id)) names.set(workspace.id, safeLine(workspace.name));
    if (names.size === wanted.size) break;
  }
  return names;
}
