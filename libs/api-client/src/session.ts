import { Time, User, type Tokens } from '@aicode/contracts';
import { z } from 'zod';

import { ApiError } from './api-error.js';
import type { TokenSource } from './connection.js';

/** What is kept of a sign-in. */
export const StoredSession = z.object({
  access_token: z.string(),
  /** When the access token runs out. */
  expires_at: Time,
  refresh_token: z.string(),
  user: User,
});
export type StoredSession = z.infer<typeof StoredSession>;

/** Where a sign-in is kept: a file, a browser's storage, memory. */
export interface SessionStorage {
  read(): Promise<StoredSession | null>;
  write(session: StoredSession | null): Promise<void>;
  /** Runs the work while no other process or tab does: a refresh token works once, and using it twice ends the session. */
  exclusively?<T>(work: () => Promise<T>): Promise<T>;
}

export interface Session {
  /** For createApiClient. Answers null when nobody is signed in (any more). */
  token: TokenSource;
  /** Keeps what login, set-up or refresh gave. */
  keep(tokens: Tokens): Promise<void>;
  /** Forgets it here; `client.auth.logout()` ends it on the server. */
  forget(): Promise<void>;
  current(): Promise<StoredSession | null>;
}

/** So long before its end an access token is renewed: clocks differ, and requests take time. */
const marginMs = 30_000;

/**
 * Keeps a sign-in alive: renews the access token when it has run out or was refused, once for all who ask at the same time.
 * @param refresh trades a refresh token, by `client.auth.refresh`
 */
export function createSession(
  storage: SessionStorage,
  refresh: (refreshToken: string) => Promise<Tokens>,
  now: () => number = Date.now,
): Session {
  let renewing: Promise<string | null> | null = null;

  const usable = (session: StoredSession, refused: string | undefined): boolean =>
    session.access_token !== refused && Date.parse(session.expires_at) - marginMs > now();

  const renew = async (refused: string | undefined): Promise<string | null> => {
    const session = await storage.read();
    if (!session) return null;
    // Another process may have renewed it while we waited for our turn.
    if (usable(session, refused)) return session.access_token;
    try {
      const tokens = await refresh(session.refresh_token);
      await storage.write(stored(tokens, now()));
      return tokens.access_token;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) throw error;
      await storage.write(null);
      return null;
    }
  };

  return {
    async token(refused) {
      const session = await storage.read();
      if (!session) return null;
      if (usable(session, refused)) return session.access_token;
      renewing ??= exclusively(storage, () => renew(refused)).finally(() => (renewing = null));
      return renewing;
    },
    keep: (tokens) => storage.write(stored(tokens, now())),
    forget: () => storage.write(null),
    current: () => storage.read(),
  };
}

function exclusively<T>(storage: SessionStorage, work: () => Promise<T>): Promise<T> {
  return storage.exclusively ? storage.exclusively(work) : work();
}

function stored(tokens: Tokens, now: number): StoredSession {
  return {
    access_token: tokens.access_token,
    expires_at: new Date(now + tokens.expires_in * 1000).toISOString(),
    refresh_token: tokens.refresh_token,
    user: tokens.user,
  };
}

/** Keeps a sign-in until the program ends. */
export function memoryStorage(): SessionStorage {
  let kept: StoredSession | null = null;
  return {
    read: () => Promise.resolve(kept),
    write: (session) => {
      kept = session;
      return Promise.resolve();
    },
  };
}
