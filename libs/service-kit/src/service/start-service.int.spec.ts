import { DomainError, healthRpc, ServerConfig, defineRpc, Empty } from '@aicode/contracts';
import { startRedis, tempDir, type RunningRedis, type TempDir } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { echoRpc, echoService } from '../fixtures/echo-service.js';
import { until } from '../fixtures/until.js';
import { runInRequest, startService, type RunningService } from '../index.js';

const config = ServerConfig.parse({ log: { level: 'silent' }, bus: { max_payload: '64kb' } });

describe('a service on the bus', () => {
  let redis: RunningRedis;
  let home: TempDir;
  let service: RunningService;
  const echo = () => service.context.rpc.client(echoRpc);

  beforeAll(async () => {
    redis = await startRedis();
    home = await tempDir('kit');
    service = await startService(echoService, { home: home.path, config, redisUrl: redis.socketUrl });
  });
  afterAll(async () => {
    await service?.stop();
    await redis?.stop();
    await home?.remove();
  });

  it('answers a typed request', async () => {
    expect(await echo().say({ text: 'hello' })).toEqual({ text: 'hello' });
  });

  it('names the field that is wrong', async () => {
    await expect(echo().say({ text: '' })).rejects.toMatchObject({
      code: 'request.invalid',
      details: { fields: [{ path: 'text' }] },
    });
  });

  it('carries request id and actor, and who asks', async () => {
    const actor = { user_id: 'user_1', role: 'viewer' as const, session_id: null };
    const seen = await runInRequest({ requestId: 'req-1', actor }, () => echo().context({}));
    expect(seen).toEqual({ request_id: 'req-1', user_id: 'user_1', caller: 'task-manager', service: 'task-manager' });
    expect(await echo().context({})).toMatchObject({ user_id: null });
  });

  it('carries a DomainError intact, and nothing of any other error', async () => {
    const domain = await echo()
      .fail({ domain: true })
      .catch((error: unknown) => error);
    expect(domain).toBeInstanceOf(DomainError);
    expect(domain).toMatchObject({
      code: 'task.not_found',
      message: 'There is no such task.',
      details: { retry_after_s: 3 },
    });
    const other = await echo()
      .fail({ domain: false })
      .catch((error: unknown) => error);
    expect(other).toMatchObject({ code: 'internal' });
    expect(String(other)).not.toContain('secret');
  });

  it('does not let out what the contract does not allow', async () => {
    const listener = service.context.redis.open();
    const heard: string[] = [];
    listener.on('pmessage', (_pattern, _channel, message: string) => void heard.push(message));
    await listener.psubscribe('bus:reply:*');
    await expect(echo().wrong({})).rejects.toMatchObject({ code: 'internal' });
    expect(await echo().row({})).toEqual({ text: 'told' });
    await until('both answers are heard', () => heard.length === 2);
    expect(heard[0]).toContain('"code":"internal"');
    expect(heard[1]).toContain('told');
    expect(heard.join()).not.toContain('untold');
  });

  it('tells the caller that an answer is too large', async () => {
    await expect(echo().large({ bytes: 100_000 })).rejects.toMatchObject({ code: 'bus.payload_too_large' });
  });

  it('says that it has no such method', async () => {
    const foreign = defineRpc('task-manager', 'nothing', { ask: { input: Empty, output: Empty } });
    await expect(service.context.rpc.client(foreign).ask({})).rejects.toMatchObject({ code: 'bus.unknown_method' });
  });

  it('tells its health', async () => {
    const health = await service.context.rpc.client(healthRpc('task-manager')).check({});
    expect(health).toEqual({
      service: 'task-manager',
      dependencies: [{ name: 'redis', state: 'up', reason: null }],
    });
  });
});
