import { once } from 'node:events';

import { whenReady } from '@aicode/service-kit';
import { startRedis, watchCommands, type RunningRedis } from '@aicode/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';

import { takeWorkLease } from './work-lease.js';

const ttlMs = 300;
let server: RunningRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  await redis?.quit();
  await server?.stop();
});
beforeEach(() => redis.flushall());

const key = 'lock:workspace:ws_1';
const take = () => takeWorkLease(redis, 'ws_1', ttlMs);

/** Until Redis has been told so often to keep it. */
async function renewals(count: number): Promise<void> {
  const watch = await watchCommands(server);
  await watch.until((seen) => (seen.match(/"pexpire"/gi) ?? []).length >= count);
  watch.stop();
}

describe('the lease of a workspace', () => {
  it('is held by one, longer than its time to live, and given back', async () => {
    const lease = await take();
    // Four renewals are more than one time to live.
    await renewals(4);
    expect(await take()).toBeNull();
    expect(lease?.lost.aborted).toBe(false);
    await lease?.release();
    const next = await take();
    expect(next).not.toBeNull();
    await next?.release();
  });

  it('is lost when somebody else has it, and then not taken from him', async () => {
    const lease = await take();
    if (!lease) throw new Error('not taken');
    await redis.set(key, 'another');
    await once(lease.lost, 'abort');
    await lease.release();
    expect(await redis.get(key)).toBe('another');
  });

  it('is lost when Redis does not answer for its time to live', async () => {
    const lease = await take();
    if (!lease) throw new Error('not taken');
    server.pause();
    try {
      await once(lease.lost, 'abort');
    } finally {
      server.resume();
    }
    await lease.release();
  });

  it('is lost when Redis is gone for its time to live', async () => {
    const impatient = new Redis(server.url, { maxRetriesPerRequest: 0, retryStrategy: () => 20 });
    impatient.on('error', () => undefined);
    const lease = await takeWorkLease(impatient, 'ws_2', ttlMs);
    if (!lease) throw new Error('not taken');
    redis.on('error', () => undefined);
    await server.kill();
    await once(lease.lost, 'abort');
    await server.start();
    for (const connection of [redis, impatient]) await whenReady(connection, { timeoutMs: 5000 });
    await lease.release();
    await impatient.quit();
  });
});
