import { queryOptions } from '@tanstack/react-query';

import { api } from '../../app/api/client.browser.js';

export const queueKey = ['queue'] as const;

export function queue() {
  return queryOptions({
    queryKey: queueKey,
    queryFn: ({ signal }) => api.queue.list({ limit: 500 }, { signal }),
    refetchInterval: 10_000,
  });
}
