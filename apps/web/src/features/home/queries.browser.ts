import { queryOptions } from '@tanstack/react-query';

import { api } from '../../app/api/client.browser.js';
import { dayBegan } from './figures.js';

/** Asked anew whenever something changed; the figures of the machine come with it each ten seconds while the page is seen. */
export function summary() {
  return queryOptions({
    queryKey: ['summary'],
    queryFn: ({ signal }) => api.summary.show({ since: dayBegan(new Date()) }, { signal }),
    refetchInterval: 10_000,
  });
}

/** The tasks in a state, the newest first, as many as fit on the page. */
export function tasksIn(state: 'running' | 'starting' | 'waiting_approval') {
  return queryOptions({
    queryKey: ['tasks', 'home', state],
    queryFn: ({ signal }) => api.tasks.list({ state, limit: 6 }, { signal }),
    refetchInterval: 10_000,
  });
}
