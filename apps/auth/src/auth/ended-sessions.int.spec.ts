import { setTimeout as delay } from 'node:timers/promises';

import { endedSessionKey, healthRpc } from '@aicode/contracts';
import { startRedis, tempDir, type RunningRedis } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';

import { runAuth, type RunningAuth } from './fixtures/running-auth.js';

const password = 'a long enough password';

describe('ended sessions', () => {
  const stops: (() => Promise<unknown>)[] = [];
  let redis: RunningRedis;
  let running: RunningAuth;

  beforeAll(async () => {
    redis = await startRedis();
    stops.unshift(() => redis.stop());
    const home = await tempDir();
    stops.unshift(() => home.remove());
    running = await runAuth({ home: home.path, redisUrl: redis.url }, { first_admin: 'local' });
    stops.unshift(() => running.stop());
    await running.addUser('ada', password);
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  it('stay refused after Redis has come back empty', async () => {
    const tokens = await running.login('ada', password);
    const sid = String(decodeJwt(tokens.access_token)['sid']);
    await running.logout(sid);
    await redis.kill();
    await redis.start();
    const deadline = performance.now() + 10_000;
    const { shared } = running.service.context.redis;
    while ((await shared.exists(endedSessionKey(sid)).catch(() => 0)) === 0) {
      expect(performance.now()).toBeLessThan(deadline);
      await delay(10);
    }
    expect(await shared.pttl(endedSessionKey(sid))).toBeGreaterThan(900_000);
  });

  it('are kept in SQL and Redis, whose health the service tells', async () => {
    const { dependencies } = await running.service.context.rpc.client(healthRpc('auth')).check({});
    expect(dependencies).toEqual([
      { name: 'redis', state: 'up', reason: null },
      { name: 'database', state: 'up', reason: null },
    ]);
  });
});
