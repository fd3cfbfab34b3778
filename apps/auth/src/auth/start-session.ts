import { newId, type SignInOrigin } from '@aicode/contracts';
import type { EntityManager } from 'typeorm';

import { hashOpaqueToken, newOpaqueToken } from './opaque-token.js';
import type { SessionEntity } from './session.entity.js';
import { insertRefreshToken, insertSession } from './sessions.repository.js';

export interface StartedSession {
  session: SessionEntity;
  /** In clear: it exists only in the answer. */
  refreshToken: string;
}

/** Writes a new session with its first refresh token. `at` is RFC 3339. */
export async function startSession(
  manager: EntityManager,
  userId: string,
  origin: SignInOrigin,
  at: string,
): Promise<StartedSession> {
  const session: SessionEntity = {
    id: newId('session'),
    user_id: userId,
    address: origin.address,
    user_agent: origin.user_agent,
    created_at: at,
    last_used_at: at,
    ended_at: null,
    end_reason: null,
  };
  await insertSession(manager, session);
  return { session, refreshToken: await giveRefreshToken(manager, session.id, at) };
}

/** Writes a new refresh token of a session and returns it in clear. */
export async function giveRefreshToken(manager: EntityManager, sessionId: string, at: string): Promise<string> {
  const token = newOpaqueToken('refresh');
  await insertRefreshToken(manager, {
    token_hash: hashOpaqueToken(token),
    session_id: sessionId,
    created_at: at,
    used_at: null,
  });
  return token;
}
