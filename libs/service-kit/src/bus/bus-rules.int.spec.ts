import { setTimeout as delay } from 'node:timers/promises';

import { defineRpc, Empty, ServerConfig } from '@aicode/contracts';
import { startRedis, tempDir, type RunningRedis, type TempDir } from '@aicode/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';

import { startRedisProxy, type RedisProxy } from '../fixtures/redis-proxy.js';
import { until } from '../fixtures/until.js';
import { callerService, workRpc, workService } from '../fixtures/work-service.js';
import { RpcHandler, ServiceContext, startService, type RunningService, type ServiceDefinition } from '../index.js';
import { busKeys } from './bus-keys.js';

const stream = busKeys.requests('task-manager');

/** protocols.md, The bus: one test for each rule, named by its number. Rule 2 is kept by the services' idempotency keys. */
describe('the rules of the bus', () => {
  let redis: RunningRedis;
  let home: TempDir;
  let proxy: RedisProxy;
  const running: RunningService[] = [];
  let done: string[] = [];

  const start = async (
    definition: ServiceDefinition,
    redisUrl = redis.url,
    bus: { handlers?: number; timeout?: string; max_payload?: string } = {},
  ): Promise<RunningService> => {
    const config = ServerConfig.parse({ log: { level: 'silent' }, bus });
    const service = await startService(definition, { home: home.path, config, redisUrl });
    running.push(service);
    return service;
  };
  const replica = (bus?: { handlers?: number; timeout?: string }) =>
    start(
      workService((key) => {
        done.push(key);
        return Promise.resolve();
      }),
      redis.url,
      bus,
    );
  const work = (service: RunningService) => service.context.rpc.client(workRpc);

  beforeAll(async () => {
    redis = await startRedis();
    home = await tempDir('kit');
    proxy = await startRedisProxy(redis.port);
  });
  beforeEach(() => {
    done = [];
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((service) => service.stop()));
  });
  afterAll(async () => {
    await proxy?.stop();
    await redis?.stop();
    await home?.remove();
  });

  it('1: a connection that breaks between send and answer does not double the request', async () => {
    const caller = await start(callerService, proxy.url);
    await replica();
    await work(caller).once({ key: 'warm' });
    const broken = proxy.breakAfter('xadd');
    const answer = work(caller).once({ key: 'cut' }, { timeoutMs: 4000 });
    await broken;
    expect(await answer).toEqual({ pid: process.pid });
    // The sender is back: whatever it had to send again, it has sent before this.
    await until('the sender is back', () =>
      work(caller)
        .once({ key: 'next' })
        .then(() => true),
    );
    expect(done.filter((key) => key === 'cut')).toEqual(['cut']);
  });

  it('3: a request waits until the reply channel is subscribed again', async () => {
    const caller = await start(callerService, proxy.url);
    await replica();
    await work(caller).once({ key: 'warm' });
    proxy.slow('subscribe', 400);
    proxy.breakAll();
    await until('the caller noticed', () => caller.context.redis.shared.status !== 'ready');
    await until('the caller is back', () => caller.context.redis.shared.status === 'ready');
    expect(await work(caller).once({ key: 'early' }, { timeoutMs: 3000 })).toEqual({ pid: process.pid });
    proxy.slow('subscribe', 0);
  });

  it('4: the first request is not lost when it came before the group', async () => {
    const caller = await start(callerService);
    await caller.context.redis.shared.flushall();
    const answer = work(caller).once({ key: 'first' }, { timeoutMs: 5000 });
    await until('the request is there', async () => (await caller.context.redis.shared.xlen(stream)) === 1);
    await replica();
    expect(await answer).toEqual({ pid: process.pid });
  });

  it('4: a stream that is flushed under its reader is read again, from its first request', async () => {
    const caller = await start(callerService);
    await replica();
    for (let round = 0; round < 5; round += 1) {
      await caller.context.redis.shared.flushall();
      await work(caller).once({ key: `flushed-${round}` }, { timeoutMs: 3000 });
    }
    await caller.context.redis.shared.xgroup('DESTROY', stream, 'replicas');
    await work(caller).once({ key: 'no group' }, { timeoutMs: 3000 });
    expect(done).toHaveLength(6);
  });

  it('5: a replica without a free handler reads nothing', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    let busy = 0;
    let most = 0;
    const held = workService(async (key) => {
      busy += 1;
      most = Math.max(most, busy);
      await gate;
      done.push(key);
      busy -= 1;
    });
    const caller = await start(callerService);
    await start(held, redis.url, { handlers: 4 });
    const answers = Array.from({ length: 20 }, (_, index) => work(caller).once({ key: `${index}` }));
    await until('four are at work and the others wait', async () => {
      return busy === 4 && (await caller.context.redis.shared.xlen(stream)) === 16;
    });
    // A replica with free handlers takes what the full one left.
    await replica();
    await until('the others are done', () => done.length === 16);
    open();
    await Promise.all(answers);
    expect(most).toBe(4);
  });

  it('6: replicas that stop and start under load lose no request', async () => {
    const caller = await start(callerService);
    let current = await replica();
    let stopped = false;
    let sent = 0;
    const load = async (lane: number) => {
      while (!stopped) await work(caller).once({ key: `${lane}-${(sent += 1)}` }, { timeoutMs: 5000 });
    };
    const lanes = Promise.all(Array.from({ length: 8 }, (_, lane) => load(lane)));
    lanes.catch(() => undefined);
    for (let round = 0; round < 12; round += 1) {
      const next = await replica();
      // A moment of load on both, so that the old one blocks at times and works at others.
      await delay(round * 3);
      await current.stop();
      current = next;
    }
    stopped = true;
    await lanes;
    expect(done).toHaveLength(sent);
    expect(new Set(done).size).toBe(sent);
  });

  it('7: services that ask each other in a circle are refused', async () => {
    const ping = defineRpc('task-manager', 'circle', { ask: { input: Empty, output: Empty } });
    const pong = defineRpc('auth', 'circle', { ask: { input: Empty, output: Empty } });

    @Controller()
    class Ping {
      constructor(private readonly context: ServiceContext) {}
      @RpcHandler(ping.ask)
      ask(): Promise<Empty> {
        return this.context.rpc.client(pong).ask({});
      }
    }
    @Controller()
    class Pong {
      constructor(private readonly context: ServiceContext) {}
      @RpcHandler(pong.ask)
      ask(): Promise<Empty> {
        return this.context.rpc.client(ping).ask({});
      }
    }
    @Module({ controllers: [Ping] })
    class PingModule {}
    @Module({ controllers: [Pong] })
    class PongModule {}

    const caller = await start(callerService);
    await start({ name: 'task-manager', module: PingModule }, redis.url, { timeout: '1s' });
    await start({ name: 'auth', module: PongModule }, redis.url, { timeout: '1s' });
    await expect(caller.context.rpc.client(ping).ask({}, { timeoutMs: 3000 })).rejects.toMatchObject({
      code: 'bus.refused',
      message: expect.stringContaining('task-manager → auth → task-manager'),
    });
  });
});
