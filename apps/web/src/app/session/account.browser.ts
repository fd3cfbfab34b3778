import type { NavigateOptions } from '@tanstack/react-router';

import { queryClient } from '../query-client.js';
import { session } from './session.browser.js';

/** Ends the session here and forgets what was loaded for it. */
export async function signOut(navigate: (to: NavigateOptions) => Promise<void>): Promise<void> {
  await session.signOut();
  await navigate({ to: '/sign-in', search: {} });
  queryClient.clear();
}

/** What was loaded belongs to who was signed in then: it is asked for again, or forgotten when somebody else comes. */
export function startAccount(home: () => void): void {
  let lastUser = session.store.getState().user?.id;
  session.store.subscribe(({ status, user }, before) => {
    if (status !== 'signed-in') return;
    const other = lastUser !== undefined && user.id !== lastUser;
    lastUser = user.id;
    if (other) {
      queryClient.clear();
      home();
    } else if (before.status === 'expired') {
      void queryClient.invalidateQueries();
    }
  });
}
