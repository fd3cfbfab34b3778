import { IsNull, MoreThan, type EntityManager } from 'typeorm';

import { RefreshTokenEntity } from './refresh-token.entity.js';
import { SessionEntity, type EndReason } from './session.entity.js';

export async function insertSession(manager: EntityManager, session: SessionEntity): Promise<void> {
  await manager.insert(SessionEntity, session);
}

export function findSession(manager: EntityManager, id: string): Promise<SessionEntity | null> {
  return manager.findOneBy(SessionEntity, { id });
}

/** Notes the use of a session; false if it has ended meanwhile. */
export async function touchSession(manager: EntityManager, id: string, at: string): Promise<boolean> {
  const { affected } = await manager.update(SessionEntity, { id, ended_at: IsNull() }, { last_used_at: at });
  return affected === 1;
}

/** Ends a session; the first reason stays. */
export async function endSession(manager: EntityManager, id: string, reason: EndReason, at: string): Promise<void> {
  await manager.update(SessionEntity, { id, ended_at: IsNull() }, { ended_at: at, end_reason: reason });
}

/** Ids of the sessions that have ended after a time. */
export async function sessionsEndedAfter(manager: EntityManager, time: string): Promise<string[]> {
  const rows = await manager.find(SessionEntity, { where: { ended_at: MoreThan(time) }, select: { id: true } });
  return rows.map(({ id }) => id);
}

export async function insertRefreshToken(manager: EntityManager, token: RefreshTokenEntity): Promise<void> {
  await manager.insert(RefreshTokenEntity, token);
}

export function findRefreshToken(manager: EntityManager, tokenHash: string): Promise<RefreshTokenEntity | null> {
  return manager.findOneBy(RefreshTokenEntity, { token_hash: tokenHash });
}

/** Marks a token as used; false if another request was first. */
export async function spendRefreshToken(manager: EntityManager, tokenHash: string, at: string): Promise<boolean> {
  const unused = { token_hash: tokenHash, used_at: IsNull() };
  const { affected } = await manager.update(RefreshTokenEntity, unused, { used_at: at });
  return affected === 1;
}
