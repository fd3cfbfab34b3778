import type { Workspace } from '@aicode/contracts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api } from '../../app/api/client.browser.js';

/** Names of what is cached of workspaces; what begins with `all` is told anew when anything of workspaces changed. */
export const workspaceKeys = {
  all: ['workspaces'] as const,
  list: (name: string) => ['workspaces', 'list', name] as const,
  one: (id: string) => ['workspaces', 'one', id] as const,
  stats: (id: string) => ['workspaces', 'stats', id] as const,
  directory: (id: string, path: string) => ['workspaces', 'directory', id, path] as const,
  file: (id: string, path: string) => ['workspaces', 'file', id, path] as const,
  diff: (id: string) => ['workspaces', 'diff', id] as const,
};

export const pageSize = 50;

export function workspaceList(name: string) {
  return infiniteQueryOptions({
    queryKey: workspaceKeys.list(name),
    queryFn: ({ pageParam, signal }) =>
      api.workspaces.list({ limit: pageSize, cursor: pageParam, name: name === '' ? undefined : name }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
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
