import { once } from 'node:events';

import { startRedis, type RunningRedis } from '@aicode/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';

import { createLogger } from '../log/logger.js';
import { RedisConnections, whenReady } from './redis-connections.js';
import { subscribeTo } from './subscribe.js';

describe('a subscription', () => {
  let redis: RunningRedis;
  let connections: RedisConnections;
  let connection: Redis;
  let errors: string[];

  beforeAll(async () => {
    redis = await startRedis();
    connections = new RedisConnections(redis.url, createLogger({ level: 'silent' }));
  });
  afterAll(async () => {
    await connections?.close();
    await redis?.stop();
  });
  beforeEach(() => {
    const mine: string[] = [];
    errors = mine;
    connection = connections.open({ blocking: true });
    connection.on('error', (error: Error) => mine.push(error.message));
  });

  async function expectHeard(): Promise<void> {
    await whenReady(connection, { timeoutMs: 5000 });
    const heard = once(connection, 'message');
    await connections.shared.publish('news', 'hello');
    expect(await heard).toEqual(['news', 'hello']);
    expect(errors).toEqual([]);
  }

  it('does not disturb the ready check of a connection that is being made', async () => {
    await once(connection, 'connect');
    expect(connection.status).toBe('connect');
    await subscribeTo(connection, 'news');
    await expectHeard();
  });

  it('is made at once on a new connection and on one that is ready', async () => {
    await subscribeTo(connection, 'other');
    await whenReady(connection, { timeoutMs: 5000 });
    await subscribeTo(connection, 'news');
    await expectHeard();
  });

  it('is made on the next connection if this one breaks while it is made', async () => {
    await once(connection, 'connect');
    const subscribed = subscribeTo(connection, 'news');
    connection.disconnect(true);
    await subscribed;
    await expectHeard();
  });
});
