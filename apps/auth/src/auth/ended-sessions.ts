import { endedSessionKey, sessionEnded } from '@aicode/contracts';
import type { Database } from '@aicode/database';
import type { EventBus } from '@aicode/service-kit';
import type { Redis } from 'ioredis';

import { sessionsEndedAfter } from './sessions.repository.js';

/** Clocks of gateways may lag behind ours by this much; milliseconds. */
const clockMargin = 60_000;

export interface EndedSessions {
  /** Has the session's access tokens refused everywhere from the moment this resolves, then has its open streams closed. */
  refuse(sessionId: string): Promise<void>;
  /** Puts back what Redis may have lost, or a crash between SQL and Redis left out. */
  restore(): Promise<void>;
}

/** `accessTtl`: milliseconds that an access token lives. */
export function endedSessions(redis: Redis, events: EventBus, database: Database, accessTtl: number): EndedSessions {
  const life = accessTtl + clockMargin;
  const put = (sessionId: string): Promise<unknown> => redis.set(endedSessionKey(sessionId), '1', 'PX', life);
  return {
    async refuse(sessionId) {
      await put(sessionId);
      await events.publish(sessionEnded, { session_id: sessionId });
    },
    async restore() {
      const since = new Date(Date.now() - life).toISOString();
      const ids = await database.read((manager) => sessionsEndedAfter(manager, since));
      await Promise.all(ids.map(put));
    },
  };
}
