import { startRedis, tempDir } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { runAuth, type RunningAuth } from './fixtures/running-auth.js';
import { pruneSessions } from './prune-sessions.js';
import { RefreshTokenEntity } from './refresh-token.entity.js';
import { SessionEntity } from './session.entity.js';
import { startSession } from './start-session.js';

const day = 86_400_000;
const limits = { access_ttl: 1000, idle_timeout: 10 * day, absolute_timeout: 20 * day };
const now = Date.parse('2026-06-01T00:00:00.000Z');
const ago = (days: number): string => new Date(now - days * day).toISOString();

describe('pruneSessions', () => {
  const stops: (() => Promise<unknown>)[] = [];
  let running: RunningAuth;
  let userId: string;

  beforeAll(async () => {
    const redis = await startRedis();
    stops.unshift(() => redis.stop());
    const home = await tempDir();
    stops.unshift(() => home.remove());
    running = await runAuth({ home: home.path, redisUrl: redis.url }, { first_admin: 'local' });
    stops.unshift(() => running.stop());
    userId = await running.addUser('ada', 'a long enough password');
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  async function session(times: Partial<SessionEntity>): Promise<string> {
    return running.auth.database.write(async (manager) => {
      const { session: made } = await startSession(manager, userId, { address: '::1', user_agent: null }, ago(0));
      if (Object.keys(times).length > 0) await manager.update(SessionEntity, { id: made.id }, times);
      return made.id;
    });
  }

  it('deletes what ended or ran out over 30 days ago, with its tokens, and nothing else', async () => {
    const kept = [
      await session({}),
      await session({ ended_at: ago(29) }),
      await session({ created_at: ago(49), last_used_at: ago(39) }),
    ];
    await session({ ended_at: ago(31) });
    await session({ created_at: ago(42), last_used_at: ago(41) });
    await session({ created_at: ago(51), last_used_at: ago(31) });
    await expect(pruneSessions(running.auth.database, limits, now)).resolves.toBe(3);
    const { sessions, tokens } = await running.auth.database.read(async (manager) => ({
      sessions: await manager.find(SessionEntity),
      tokens: await manager.find(RefreshTokenEntity),
    }));
    expect(sessions.map(({ id }) => id).sort()).toEqual([...kept].sort());
    expect(tokens.map(({ session_id }) => session_id).sort()).toEqual([...kept].sort());
  });

  it('goes on until all are gone, however many', async () => {
    for (let i = 0; i < 201; i += 1) await session({ ended_at: ago(40) });
    await expect(pruneSessions(running.auth.database, limits, now)).resolves.toBe(201);
    await expect(pruneSessions(running.auth.database, limits, now)).resolves.toBe(0);
  });
});
