import { DomainError, RefreshRequest, type Tokens } from '@aicode/contracts';
import type { EntityManager } from 'typeorm';

import type { Auth, SealedRequest } from './auth.js';
import { hashOpaqueToken } from './opaque-token.js';
import type { EndReason, SessionEntity } from './session.entity.js';
import { sessionExpired, type SessionLimits } from './session-rules.js';
import { endSession, findRefreshToken, findSession, spendRefreshToken, touchSession } from './sessions.repository.js';
import { giveRefreshToken, type StartedSession } from './start-session.js';
import { tokensFor } from './tokens.js';
import type { UserEntity } from './user.entity.js';
import { findActiveUser } from './users.repository.js';

/** What came of a refresh token. It is a value and not an error, because a refusal has something to commit too. */
type Outcome =
  | { kind: 'rotated'; user: UserEntity; started: StartedSession }
  | { kind: 'unknown' }
  | { kind: 'over' }
  /** This refusal ended the session. */
  | { kind: 'ended'; sessionId: string; reason: EndReason };

/**
 * The tabs of a browser share one refresh cookie, and may use it at once; an answer that was lost is asked for again. For so long
 * after its first use that is no theft. Milliseconds.
 */
export const webOverlapMs = 60_000;

/**
 * Trades a refresh token for its successor, once. A token that comes a second time is in two hands, and nobody can tell
 * which are the right ones: the whole session ends (RFC 9700, section 4.14.2).
 */
export async function refresh(auth: Auth, input: SealedRequest & { web: boolean }): Promise<Tokens> {
  const request = await auth.sealing.open(input.sealed, RefreshRequest, 'refresh');
  const now = Date.now();
  const tokenHash = hashOpaqueToken(request.refresh_token);
  const outcome = await auth.database.write((manager) =>
    rotate(manager, tokenHash, { ...auth.config, overlap: input.web ? webOverlapMs : 0 }, now),
  );
  if (outcome.kind === 'rotated') return tokensFor(auth, outcome.user, outcome.started, now);
  if (outcome.kind === 'ended') await auth.endedSessions.refuse(outcome.sessionId);
  throw refusal(outcome);
}

interface RefreshLimits extends SessionLimits {
  /** How long a used token may come again. */
  overlap: number;
}

async function rotate(manager: EntityManager, tokenHash: string, limits: RefreshLimits, now: number): Promise<Outcome> {
  const at = new Date(now).toISOString();
  const token = await findRefreshToken(manager, tokenHash);
  const session = token && (await findSession(manager, token.session_id));
  if (!session) return { kind: 'unknown' };
  if (session.ended_at !== null) return { kind: 'over' };

  const end = async (reason: EndReason): Promise<Outcome> => {
    await endSession(manager, session.id, reason, at);
    return { kind: 'ended', sessionId: session.id, reason };
  };
  const first = await spendRefreshToken(manager, tokenHash, at);
  if (!first && !(await usedWithin(manager, tokenHash, limits.overlap, now))) return end('refresh_reused');
  if (sessionExpired(session, limits, now)) return end('expired');
  const user = await findActiveUser(manager, session.user_id);
  if (user === null) return end('user_disabled');
  if (!(await touchSession(manager, session.id, at))) return { kind: 'over' };
  return { kind: 'rotated', user, started: await continued(manager, session, at) };
}

/** Looked up anew: who was first may have committed only now. */
async function usedWithin(manager: EntityManager, tokenHash: string, ms: number, now: number): Promise<boolean> {
  const usedAt = (await findRefreshToken(manager, tokenHash))?.used_at;
  return typeof usedAt === 'string' && now - Date.parse(usedAt) < ms;
}

async function continued(manager: EntityManager, session: SessionEntity, at: string): Promise<StartedSession> {
  return {
    session: { ...session, last_used_at: at },
    refreshToken: await giveRefreshToken(manager, session.id, at),
  };
}

function refusal(outcome: Exclude<Outcome, { kind: 'rotated' }>): DomainError {
  if (outcome.kind === 'unknown') {
    return new DomainError('auth.token_invalid', 'This refresh token is not known. Sign in again.');
  }
  if (outcome.kind === 'ended' && outcome.reason === 'refresh_reused') {
    return new DomainError(
      'auth.refresh_reused',
      'This refresh token was used before, so somebody else may have it. The session was ended on all sides; sign in again.',
    );
  }
  return new DomainError('auth.session_ended', 'This session has ended. Sign in again.');
}
