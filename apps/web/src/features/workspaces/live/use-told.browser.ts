import { PlatformChange, platformNamespace, type Workspace } from '@aicode/contracts';
import { useQueryClient, type QueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';

import { useLive } from '../../../app/live/use-live.js';
import { workspaceKeys } from '../queries.browser.js';
import { atMostEach, newest, withTold } from './told.js';

/** What is asked anew when something of a kind changed, by the beginnings of its keys. */
export interface Concerns {
  task?: readonly QueryKey[];
  container?: readonly QueryKey[];
}

const everyMs = 700;

/**
 * Keeps what the page shows as the platform tells of it: workspaces are patched in their place, the rest is asked anew, many
 * changes together once. `concerns` must keep its identity.
 */
export function useTold(concerns: Concerns): void {
  const client = useQueryClient();
  const refresh = useMemo(() => {
    const asking = (keys: readonly QueryKey[] = []) =>
      atMostEach(everyMs, () => keys.forEach((queryKey) => void client.invalidateQueries({ queryKey })));
    return { task: asking(concerns.task), container: asking(concerns.container) };
  }, [client, concerns]);
  useEffect(
    () => () => {
      refresh.task.stop();
      refresh.container.stop();
    },
    [refresh],
  );
  useLive(platformNamespace, ({ type, data }) => {
    if (type !== 'status') return;
    const change = PlatformChange.safeParse(data).data;
    if (!change) return;
    if ('workspace' in change) workspaceTold(client, change.workspace);
    else if ('task' in change) refresh.task.call();
    else refresh.container.call();
  });
}

function workspaceTold(client: QueryClient, workspace: Workspace): void {
  client.setQueryData<Workspace>(workspaceKeys.one(workspace.id), (known) => known && newest(known, workspace));
  client.setQueryData<Workspace[]>(workspaceKeys.list, (list) => list && withTold(list, workspace));
}
