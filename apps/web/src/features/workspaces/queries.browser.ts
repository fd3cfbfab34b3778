import type { Workspace } from '@aicode/contracts';
import { queryOptions } from '@tanstack/react-query';

import { api } from '../../app/api/client.browser.js';

/** Names of what is cached of workspaces; what begins with `all` is told anew when anything of workspaces changed. */
export const workspaceKeys = {
  all: ['workspaces'] as const,
  list: ['workspaces', 'list'] as const,
  one: (id: string) => ['workspaces', 'one', id] as const,
  stats: (id: string) => ['workspaces', 'stats', id] as const,
  directory: (id: string, path: string) => ['workspaces', 'directory', id, path] as const,
  file: (id: string, path: string) => ['workspaces', 'file', id, path] as const,
  diff: (id: string) => ['workspaces', 'diff', id] as const,
};

/** More are not listed. */
const most = 1000;
const pageSize = 200;

/** All workspaces that the caller may see, the newest first. */
export function allWorkspaces() {
  return queryOptions({
    queryKey: workspaceKeys.list,
    queryFn: async ({ signal }): Promise<Workspace[]> => {
      const found: Workspace[] = [];
      let cursor: string | undefined;
      do {
        const page = await api.workspaces.list({ limit: pageSize, ...(cursor ? { cursor } : {}) }, { signal });
        found.push(...page.items);
        cursor = page.next_cursor ?? undefined;
      } while (cursor && found.length < most);
      return found;
    },
  });
}

export function oneWorkspace(id: string) {
  return queryOptions({
    queryKey: workspaceKeys.one(id),
    queryFn: ({ signal }): Promise<Workspace> => api.workspaces.get({ id }, { signal }),
  });
}

export function workspaceStats(id: string) {
  return queryOptions({
    queryKey: workspaceKeys.stats(id),
    queryFn: ({ signal }) => api.workspaces.stats({ id }, { signal, timeoutMs: 8_000 }),
    staleTime: 0,
  });
}

export function directory(id: string, path: string) {
  return queryOptions({
    queryKey: workspaceKeys.directory(id, path),
    queryFn: ({ signal }) => api.files.list({ id, path }, { signal }),
    staleTime: 15_000,
  });
}

export function fileContent(id: string, path: string) {
  return queryOptions({
    queryKey: workspaceKeys.file(id, path),
    queryFn: ({ signal }) => api.files.read({ id, path }, { signal }),
    staleTime: 15_000,
  });
}

export function workspaceDiff(id: string) {
  return queryOptions({
    queryKey: workspaceKeys.diff(id),
    queryFn: ({ signal }) => api.files.diff({ id }, { signal }),
    staleTime: 10_000,
  });
}

/** How many tasks run in each workspace, by its id. */
export function tasksAtWork() {
  return queryOptions({
    queryKey: ['tasks', 'at-work'],
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, number>> => {
      const counts = new Map<string, number>();
      for (const state of ['running', 'starting', 'waiting_approval'] as const) {
        const { items } = await api.tasks.list({ state, limit: 200 }, { signal });
        for (const task of items) counts.set(task.workspace_id, (counts.get(task.workspace_id) ?? 0) + 1);
      }
      return counts;
    },
    refetchInterval: 15_000,
  });
}

export function workspaceTasks(id: string) {
  return queryOptions({
    queryKey: ['tasks', 'of-workspace', id],
    queryFn: ({ signal }) => api.tasks.list({ workspace_id: id, limit: 50 }, { signal }),
    refetchInterval: 15_000,
  });
}

/** The runners, for how they keep tasks apart. */
export function runners() {
  return queryOptions({ queryKey: ['nodes'], queryFn: ({ signal }) => api.nodes.list({}, { signal }) });
}
