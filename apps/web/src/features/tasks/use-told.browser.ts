import { PlatformChange, platformNamespace, type Envelope } from '@aicode/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';

import { useLive } from '../../app/live/use-live.js';
import { taskTold } from './queries.browser.js';

/** Keeps the tasks that are shown as the platform tells of them. */
export function useTasksTold(): void {
  const client = useQueryClient();
  const hear = useCallback(
    ({ type, data }: Envelope) => {
      if (type !== 'status') return;
      const change = PlatformChange.safeParse(data).data;
      if (change && 'task' in change) taskTold(client, change.task);
    },
    [client],
  );
  useLive(platformNamespace, hear);
}
