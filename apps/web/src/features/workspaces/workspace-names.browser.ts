import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { allWorkspaces } from './queries.browser.js';

/** The name of each workspace that the caller may see, by its id; empty until they are known. */
export function useWorkspaceNames(): ReadonlyMap<string, string> {
  const { data } = useQuery(allWorkspaces());
  return useMemo(() => new Map(data?.map((workspace) => [workspace.id, workspace.name])), [data]);
}
