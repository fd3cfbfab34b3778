import type { WorkspaceStats } from '@aicode/contracts';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';

import { workspaceStats } from '../queries.browser.js';
import { withSample, type Sample } from './stats-window.js';

/** The figures once a second while the page is seen (a hidden page does not poll), and the window that they make. */
export function useStatsWindow(id: string): UseQueryResult<WorkspaceStats> & { samples: readonly Sample[] } {
  const stats = useQuery({ ...workspaceStats(id), refetchInterval: 1000, refetchIntervalInBackground: false });
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const { data } = stats;
  const [taken, setTaken] = useState<WorkspaceStats>();
  if (data && data !== taken) {
    setTaken(data);
    setSamples(withSample(samples, data));
  }
  return { ...stats, samples };
}
