import { healthRpc, ServerConfig } from '@aicode/contracts';
import { startRedis, tempDir, type RunningRedis, type TempDir } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';

import { httpService } from '../fixtures/http-service.js';
import { until } from '../fixtures/until.js';
import { callerService } from '../fixtures/work-service.js';
import { createLogger, startService, type RunningService, type ServiceDefinition } from '../index.js';

describe('the life of a service', () => {
  let redis: RunningRedis;
  let home: TempDir;
  let watch: Redis;
  const config = ServerConfig.parse({ log: { level: 'silent' } });
  const start = (definition: ServiceDefinition): Promise<RunningService> =>
    startService(definition, { home: home.path, config, redisUrl: redis.socketUrl });
  const connections = async () =>
    String(await watch.client('LIST'))
      .trim()
      .split('\n').length;

  beforeAll(async () => {
    redis = await startRedis();
    home = await tempDir('kit');
    watch = new Redis(redis.url);
  });
  afterAll(async () => {
    watch?.disconnect();
    await redis?.stop();
    await home?.remove();
  });

  it('with HTTP: one application serves both, and both end with it', async () => {
    const service = await start(httpService);
    expect(service.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await (await fetch(`${service.url}/name`)).json()).toEqual({ name: 'gateway' });
    expect(await service.context.rpc.client(healthRpc('gateway')).check({})).toMatchObject({ service: 'gateway' });
    await service.stop();
    await expect(fetch(`${service.url}/name`)).rejects.toThrow();
    await until('only we are connected', async () => (await connections()) === 1);
  });

  it('that fails to open its module stops again what it has opened', async () => {
    const stopped: string[] = [];
    const failing: ServiceDefinition = {
      name: 'auth',
      module: (context) => {
        context.onStop('database', () => Promise.resolve(void stopped.push('database')));
        throw new Error('the database is not there');
      },
    };
    await expect(start(failing)).rejects.toThrow('the database is not there');
    expect(stopped).toEqual(['database']);
    await until('only we are connected', async () => (await connections()) === 1);
  });

  it('that cannot listen stops again what it has opened', async () => {
    await expect(start({ ...httpService, http: () => Promise.reject(new Error('EADDRINUSE')) })).rejects.toThrow(
      'EADDRINUSE',
    );
    await until('only we are connected', async () => (await connections()) === 1);
  });

  it('stops what was registered after the bus and before the connections, the last first', async () => {
    const order: string[] = [];
    const service = await start(callerService);
    const { context } = service;
    context.onStop('first', async () => void order.push(`first ${await context.redis.shared.ping()}`));
    context.onStop('second', () => Promise.resolve(void order.push('second')));
    await Promise.all([service.stop(), service.stop()]);
    expect(order).toEqual(['second', 'first PONG']);
  });

  it('tells an outage of Redis once for each connection, and its end', async () => {
    const lines: string[] = [];
    const log = createLogger({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    const own = await startRedis();
    const service = await startService(callerService, { home: home.path, config, redisUrl: own.url, log });
    const { shared } = service.context.redis;
    await own.kill();
    // Fails only after several attempts to connect, each an error of its own.
    await expect(shared.ping()).rejects.toThrow('max retries');
    await own.start();
    await until('it is back', () =>
      lines.some((line) => line.includes('"connection":"shared","msg":"Redis answers again"')),
    );
    const told = lines.filter((line) => line.includes('"connection":"shared","msg":"Redis does not answer'));
    expect(told).toHaveLength(1);
    await service.stop();
    await own.stop();
  });

  it('stops in time while Redis is away', async () => {
    const own = await startRedis();
    const service = await startService(callerService, { home: home.path, config, redisUrl: own.url });
    await own.kill();
    const before = performance.now();
    await service.stop();
    expect(performance.now() - before).toBeLessThan(5000);
    await own.stop();
  });
});
