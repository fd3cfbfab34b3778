import { QueryClient } from '@tanstack/react-query';

/** The one cache of what the server said. The api client tries again by itself what may be asked twice; here nothing is. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: false, staleTime: 5_000, gcTime: 5 * 60_000, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});
