import type { Task } from '@aicode/contracts';
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  type InfiniteData,
  type QueryClient,
} from '@tanstack/react-query';

import { api } from '../../app/api/client.browser.js';
import { patchTasks } from './list/task-rows.js';
import { matchesServer, type ServerFilters } from './list/task-filters.js';

type Page = Awaited<ReturnType<typeof api.tasks.list>>;

/** Not below `tasks`: what the list shows is patched, never read anew under the reader. */
export const listKey = 'task-list';
export const taskKey = (id: string) => ['tasks', 'one', id] as const;

const pageSize = 50;

export function taskPages(filters: ServerFilters) {
  return infiniteQueryOptions({
    queryKey: [listKey, filters],
    queryFn: ({ pageParam, signal }): Promise<Page> =>
      api.tasks.list(
        {
          limit: pageSize,
          ...(filters.state === undefined ? {} : { state: filters.state }),
          ...(filters.priority === undefined ? {} : { priority: filters.priority }),
          ...(filters.workspace === undefined ? {} : { workspace_id: filters.workspace }),
          ...(pageParam === null ? {} : { cursor: pageParam }),
        },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: Infinity,
    gcTime: 0,
  });
}

export function oneTask(id: string) {
  return queryOptions({
    queryKey: taskKey(id),
    queryFn: ({ signal }) => api.tasks.get({ id }, { signal }),
  });
}

export function attemptsOf(id: string, version: number) {
  return queryOptions({
    queryKey: ['tasks', 'attempts', id, version],
    queryFn: ({ signal }) => api.tasks.attempts({ id }, { signal }),
    placeholderData: keepPreviousData,
  });
}

/** A task as the server told of it: everywhere where it is shown, unless something newer is shown there. */
export function taskTold(client: QueryClient, task: Task): void {
  client.setQueryData<Task>(taskKey(task.id), (known) => (known && known.version >= task.version ? known : task));
  for (const [key, data] of client.getQueriesData<InfiniteData<Page, string | null>>({ queryKey: [listKey] })) {
    const filters = key[1] as ServerFilters | undefined;
    if (!data) continue;
    const belongs = matchesServer(task, filters ?? {});
    const pages = data.pages.map((page, index) => {
      const items = patchTasks(page.items, task, belongs && index === 0);
      return items === page.items ? page : { ...page, items: [...items] };
    });
    if (pages.some((page, index) => page !== data.pages[index])) client.setQueryData(key, { ...data, pages });
  }
}
