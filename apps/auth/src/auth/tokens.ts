import { newId, type Tokens, type User } from '@aicode/contracts';

import type { Auth } from './auth.js';
import { accessTokenSeconds } from './session-rules.js';
import type { StartedSession } from './start-session.js';
import type { UserEntity } from './user.entity.js';

/** The answer to every sign-in: a short access token, the refresh token, and who signed in. `now` in ms. */
export async function tokensFor(auth: Auth, user: UserEntity, started: StartedSession, now: number): Promise<Tokens> {
  const seconds = accessTokenSeconds(started.session, auth.config, now);
  const issuedAt = Math.floor(now / 1000);
  const accessToken = await auth.signing.sign({
    userId: user.id,
    sessionId: started.session.id,
    role: user.role,
    tokenId: newId('token'),
    issuedAt,
    expiresAt: issuedAt + seconds,
  });
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: seconds,
    refresh_token: started.refreshToken,
    user: publicUser(user),
  };
}

/** What others may see of a user. */
export function publicUser(user: UserEntity): User {
  return { id: user.id, username: user.username, role: user.role, created_at: user.created_at };
}
