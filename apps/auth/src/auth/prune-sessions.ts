import type { Database } from '@aicode/database';
import { In, LessThan, type EntityManager } from 'typeorm';

import type { SessionLimits } from './session-rules.js';
import { SessionEntity } from './session.entity.js';

const day = 86_400_000;
/** Days that a session is kept after its end: a reused token of it still says so, and people can see where they were signed in. */
const keptDays = 30;
/** Small transactions, so that a sign-in does not wait long for one. */
const batch = 200;

/** Deletes sessions that ended, or could not be used any more, long ago, with their refresh tokens. Returns how many. */
export async function pruneSessions(database: Database, limits: SessionLimits, now: number): Promise<number> {
  let deleted = 0;
  for (;;) {
    const count = await database.write((manager) => pruneBatch(manager, limits, now));
    deleted += count;
    if (count < batch) return deleted;
  }
}

async function pruneBatch(manager: EntityManager, limits: SessionLimits, now: number): Promise<number> {
  const before = (ms: number): string => new Date(now - keptDays * day - ms).toISOString();
  const rows = await manager.find(SessionEntity, {
    select: { id: true },
    where: [
      { ended_at: LessThan(before(0)) },
      { last_used_at: LessThan(before(limits.idle_timeout)) },
      { created_at: LessThan(before(limits.absolute_timeout)) },
    ],
    take: batch,
  });
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return 0;
  // Their refresh tokens go with them.
  await manager.delete(SessionEntity, { id: In(ids) });
  return ids.length;
}
