import { ApiError, createApiClient, createSession, type ApiClient, type Session } from '@aicode/api-client';
import type { Tokens } from '@aicode/contracts';

import type { HomeFiles } from '../home.js';
import { readLocalAdmin } from './local-admin.js';
import type { ServerAddress } from './server-address.js';
import type { SessionStore } from './session-file.js';

export interface SignInOptions {
  address: ServerAddress;
  files: HomeFiles;
  store: SessionStore;
  /** AICLI_TOKEN: an access token to use as it is. */
  givenToken: string | undefined;
  userAgent: string;
}

/** A server, and who we are there. */
export interface SignedIn {
  client: ApiClient;
  session: Session;
  /** Signs in as the person who started the platform on this machine. Null if that is not possible. */
  asLocalAdmin: () => Promise<Tokens | null>;
}

const refreshTimeoutMs = 10_000;

/** A client that keeps its sign-in by itself, and needs none where the platform of this machine is the caller's own. */
export function signedInClient({ address, files, store, givenToken, userAgent }: SignInOptions): SignedIn {
  const anonymous = createApiClient({ baseUrl: address.url, userAgent });
  const session = createSession(store.storage(address.url), (refresh_token) =>
    anonymous.auth.refresh({ refresh_token }, { timeoutMs: refreshTimeoutMs }),
  );

  const asLocalAdmin = async (): Promise<Tokens | null> => {
    const credential = address.local ? await readLocalAdmin(files.adminCredential) : null;
    if (!credential) return null;
    try {
      const tokens = await anonymous.auth.login(credential);
      await session.keep(tokens);
      return tokens;
    } catch (error) {
      // The password was changed since: the file is only history.
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  };

  const token = async (refused?: string): Promise<string | null> => {
    if (givenToken) return refused === givenToken ? null : givenToken;
    const kept = await session.token(refused);
    if (kept !== null || (await store.isSignedOut(address.url))) return kept;
    return (await asLocalAdmin())?.access_token ?? null;
  };

  return { client: createApiClient({ baseUrl: address.url, token, userAgent }), session, asLocalAdmin };
}
