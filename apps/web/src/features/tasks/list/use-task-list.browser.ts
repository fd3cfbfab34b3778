import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';

import { api } from '../../../app/api/client.browser.js';
import { taskPages, taskTold } from '../queries.browser.js';
import type { ServerFilters } from './task-filters.js';
import { newestOf, splitRows } from './task-rows.js';

/** While the live connection is away, and for what it might miss, the newest page is asked for again (milliseconds). */
const lookMs = 15_000;

/** The pages of the list, patched as tasks change; new tasks wait until they are asked for. */
export function useTaskList(filters: ServerFilters) {
  const client = useQueryClient();
  const query = useInfiniteQuery(taskPages(filters));
  const name = JSON.stringify(filters);
  const [boundary, setBoundary] = useState<{ name: string; newest: string | null } | null>(null);
  const tasks = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  const known = boundary?.name === name ? boundary : null;
  if (!known && query.data) setBoundary({ name, newest: newestOf(tasks) ?? '' });

  const newest = useQuery({
    queryKey: ['tasks', 'newest', filters],
    queryFn: ({ signal }) =>
      api.tasks.list(
        {
          limit: 50,
          ...(filters.state === undefined ? {} : { state: filters.state }),
          ...(filters.priority === undefined ? {} : { priority: filters.priority }),
          ...(filters.workspace === undefined ? {} : { workspace_id: filters.workspace }),
        },
        { signal },
      ),
    refetchInterval: lookMs,
    enabled: query.data !== undefined,
  });
  useEffect(() => {
    // The oldest first: each comes to the beginning of the list.
    for (const task of newest.data?.items.toReversed() ?? []) taskTold(client, task);
  }, [newest.data, client]);

  const { rows, fresh } = splitRows(tasks, known ? known.newest : null);
  return { query, rows, fresh, showFresh: () => setBoundary({ name, newest: newestOf(tasks) }) };
}
