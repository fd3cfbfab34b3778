import type { Actor } from '@aicode/contracts';

/** A signed-in user of one request, stream or socket. */
export interface Principal {
  actor: Actor;
  sessionId: string;
  /** When the access token ends, in milliseconds since 1970. */
  expiresAt: number;
}

/** Who asks on a public route: nobody, with the least that a role can have. */
export const anonymous: Actor = { user_id: null, role: 'viewer', session_id: null };
