import { queryOptions } from '@tanstack/react-query';

import { api } from '../../app/api/client.browser.js';

export function nodes() {
  return queryOptions({
    queryKey: ['nodes'],
    queryFn: ({ signal }) => api.nodes.list({}, { signal }),
    refetchInterval: 5_000,
  });
}
