import type { LiveHub } from '@aicode/api-client';

import { api } from '../api/client.browser.js';
import { queryClient } from '../query-client.js';
import { session } from '../session/session.browser.js';
import { onReturn } from './on-return.js';

/** The page's one live connection: `live.listen(namespace, …)`, `live.follow({ workspaceId, taskId, after }, …)`. */
export const live: LiveHub = api.shareLive();

/** Keeps it awake, and what was loaded true: after every break all that is shown is asked for again. */
export function startLive(): void {
  const wake = (): void => live.wake();
  addEventListener('online', wake);
  addEventListener('focus', wake);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake());
  session.store.subscribe(({ status }) => status === 'signed-in' && wake());
  live.onStatus(onReturn(() => void queryClient.invalidateQueries()));
}
