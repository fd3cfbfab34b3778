import { createServer } from 'node:net';
import { once } from 'node:events';

import { Readiness, ServerConfig } from '@aicode/contracts';
import { startRedis, tempDir, type RunningRedis, type TempDir } from '@aicode/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { startChild, type ChildService } from '../fixtures/replica-process.js';
import { callerService, workRpc } from '../fixtures/work-service.js';
import { serveHealth, startService } from '../index.js';

describe('a service that runs alone', () => {
  let redis: RunningRedis;
  let home: TempDir;
  const children: ChildService[] = [];
  const run = (env: Record<string, string>, fixture = 'faulty-service.ts') => {
    const child = startChild(fixture, { AICLI_HOME: home.path, AICLI_LOG_LEVEL: 'info', ...env });
    children.push(child);
    return child;
  };

  beforeAll(async () => {
    redis = await startRedis({ args: ['--requirepass', 'secret-pass'] });
    home = await tempDir('kit');
  });
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.end()));
  });
  afterAll(async () => {
    await redis?.stop();
    await home?.remove();
  });

  const redisUrl = () => redis.url.replace('redis://', 'redis://:secret-pass@');

  it.each(['SIGTERM', 'SIGINT'] as const)('serves, answers probes, and stops on %s with code 0', async (signal) => {
    const port = await freePort();
    const child = run({ AICLI_REDIS_URL: redisUrl(), AICLI_HEALTH_PORT: String(port) });
    await child.ready;
    const live = await fetch(`http://127.0.0.1:${port}/live`);
    expect([live.status, await live.json()]).toEqual([200, { status: 'ok' }]);
    const ready = await fetch(`http://127.0.0.1:${port}/ready`);
    expect(ready.status).toBe(200);
    expect(Readiness.parse(await ready.json()).status).toBe('ready');
    expect((await fetch(`http://127.0.0.1:${port}/other`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/live`, { method: 'POST' })).status).toBe(404);

    child.signal(signal);
    expect(await child.ended).toBe(0);
    expect(child.said()).toContain('"msg":"stopped"');
    expect(child.said()).not.toContain('secret-pass');
  });

  it('refuses a bad configuration with code 2 and says why', async () => {
    const child = run({ AICLI_REDIS_URL: redisUrl(), AICLI_BUS_TIMEOUT: 'soon' });
    expect(await child.ended).toBe(2);
    expect(child.said()).toContain('bus.timeout must be a duration');
  });

  it('refuses to start without a Redis to use', async () => {
    const child = run({});
    expect(await child.ended).toBe(2);
    expect(child.said()).toContain('AICLI_REDIS_URL');
  });

  it('tells at once that the password of Redis is wrong', async () => {
    const child = run({ AICLI_REDIS_URL: redis.url.replace('redis://', 'redis://:other-pass@') });
    expect(await child.ended).toBe(1);
    expect(child.said()).toContain('task-manager cannot start: Redis at 127.0.0.1');
    expect(child.said()).toContain('WRONGPASS');
    expect(child.said()).not.toContain('other-pass');
  });

  it.each(['throw', 'reject'])('ends with code 1 and a log line when an error is not caught (%s)', async (key) => {
    const child = run({ AICLI_REDIS_URL: redisUrl() });
    await child.ready;
    const config = ServerConfig.parse({ log: { level: 'silent' } });
    const caller = await startService(callerService, { home: home.path, config, redisUrl: redisUrl() });
    await caller.context.rpc
      .client(workRpc)
      .once({ key }, { timeoutMs: 1000 })
      .catch(() => undefined);
    expect(await child.ended).toBe(1);
    expect(child.said()).toContain('an error was not caught');
    expect(child.said()).not.toContain('hidden-secret');
    await caller.stop();
  });

  it('is not ready while something that it needs is down, and says what', async () => {
    const config = ServerConfig.parse({ log: { level: 'silent' } });
    const service = await startService(callerService, { home: home.path, config, redisUrl: redisUrl() });
    const endpoint = await serveHealth(service.context, 0);
    const ask = async () => {
      const response = await fetch(`http://127.0.0.1:${endpoint.port}/ready`);
      return [response.status, Readiness.parse(await response.json())];
    };
    service.context.health.add('disk', () =>
      Promise.resolve({ name: 'disk', state: 'degraded', reason: 'nearly full' }),
    );
    expect(await ask()).toMatchObject([200, { status: 'degraded' }]);
    service.context.health.add('disk', () => Promise.reject(new Error('gone')));
    service.context.health.add('hang', () => new Promise(() => undefined));
    expect(await ask()).toMatchObject([
      503,
      {
        status: 'not_ready',
        dependencies: [
          { name: 'redis', state: 'up' },
          { name: 'disk', state: 'down', reason: 'gone' },
          { name: 'hang', state: 'down', reason: 'no answer within 1500 ms' },
        ],
      },
    ]);
    await endpoint.close();
    await service.stop();
  });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no free port.');
  return address.port;
}
