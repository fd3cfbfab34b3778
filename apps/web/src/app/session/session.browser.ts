import { ApiError, createApiClient } from '@aicode/api-client';
import { useStore } from 'zustand';

import { readPreference, writePreference } from '../preference.js';
import { createSession, type SessionState } from './session.js';
import { exclusively } from './tab-lock.js';

/** Tells other tabs that the cookies have changed; the cookies themselves no script can read. */
const markKey = 'aicode.session';
/** For the session's own calls, which must not wait for a session. */
const { auth } = createApiClient({ baseUrl: location.origin, cookies: () => Promise.resolve(true) });

export const session = createSession({
  state: () => auth.webSession(),
  refresh: () =>
    auth.webSessionRefresh().catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }),
  signIn: (credentials) => auth.webSessionLogin(credentials),
  setUp: (request) => auth.webSessionSetup(request),
  signOut: () => auth.webSessionLogout(),
  exclusively: (work) => exclusively(markKey, work),
  readMark: () => readPreference(markKey),
  writeMark: (mark) => writePreference(markKey, mark),
  now: Date.now,
});

export function startSession(): void {
  addEventListener('storage', (event) => {
    if (event.key === markKey) session.otherTab().catch(() => undefined);
  });
}

export function useSession(): SessionState {
  return useStore(session.store);
}

/** Whether this platform has no administrator yet. */
export async function setupNeeded(): Promise<boolean> {
  return (await auth.setupState()).needed;
}
