import { DomainError, ServerConfig } from '@aicode/contracts';
import { startRedis, tempDir, type RunningRedis, type TempDir } from '@aicode/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { echoRpc } from '../fixtures/echo-service.js';
import { until } from '../fixtures/until.js';
import { callerService, workRpc, workService } from '../fixtures/work-service.js';
import { startService, type CallContext, type RunningService, type ServiceDefinition } from '../index.js';
import { busKeys } from './bus-keys.js';

const stream = busKeys.requests('task-manager');

describe('the bus when something is wrong', () => {
  let redis: RunningRedis;
  let home: TempDir;
  const running: RunningService[] = [];
  let done: string[] = [];
  let calls: CallContext[] = [];
  let hold: Promise<void> | undefined;
  let release: () => void = () => undefined;

  const start = async (definition: ServiceDefinition, bus: Record<string, unknown> = {}): Promise<RunningService> => {
    const config = ServerConfig.parse({ log: { level: 'silent' }, bus });
    const service = await startService(definition, { home: home.path, config, redisUrl: redis.url });
    running.push(service);
    return service;
  };
  const replica = (bus?: Record<string, unknown>) =>
    start(
      workService(async (key, _context, call) => {
        calls.push(call);
        await hold;
        done.push(key);
      }),
      bus,
    );
  const work = (service: RunningService) => service.context.rpc.client(workRpc);

  beforeAll(async () => {
    redis = await startRedis({ durable: true });
    home = await tempDir('kit');
  });
  beforeEach(() => {
    done = [];
    calls = [];
    hold = undefined;
  });
  afterEach(async () => {
    release();
    const services = running.splice(0);
    const shared = services[0]?.context.redis.shared;
    try {
      await until('nothing stays in the stream', async () => (await shared?.xlen(stream)) === 0);
    } finally {
      await Promise.all(services.map((service) => service.stop()));
    }
  });
  afterAll(async () => {
    await redis?.stop();
    await home?.remove();
  });

  const holdWork = () => {
    hold = new Promise<void>((resolve) => {
      release = resolve;
    });
  };

  it('no callee: a typed error in time, and nothing left behind', async () => {
    const caller = await start(callerService);
    const before = performance.now();
    await expect(work(caller).once({ key: 'nobody' }, { timeoutMs: 400 })).rejects.toMatchObject({
      code: 'bus.timeout',
    });
    expect(performance.now() - before).toBeLessThan(1000);
    await until('the request is taken back', async () => (await caller.context.redis.shared.xlen(stream)) === 0);
    await replica();
    await work(caller).once({ key: 'later' });
    expect(done).toEqual(['later']);
  });

  it('Redis gone: a typed error in time, and all is well when it is back', async () => {
    const caller = await start(callerService);
    await replica();
    await work(caller).once({ key: 'before' });
    await redis.kill();
    const before = performance.now();
    await expect(work(caller).once({ key: 'gone' })).rejects.toMatchObject({ code: 'bus.unavailable' });
    await expect(work(caller).again({ key: 'gone' }, { timeoutMs: 500 })).rejects.toMatchObject({
      code: expect.stringMatching(/^bus\.(unavailable|timeout)$/),
    });
    expect(performance.now() - before).toBeLessThan(5000);
    await redis.start();
    await work(caller).once({ key: 'back' }, { timeoutMs: 8000 });
    expect(done).toEqual(['before', 'back']);
  });

  it('Redis gone for a moment: the request waits for it', async () => {
    const caller = await start(callerService);
    await replica();
    await work(caller).once({ key: 'warm' });
    await redis.kill();
    const answer = work(caller).once({ key: 'patient' }, { timeoutMs: 8000 });
    await redis.start();
    await answer;
    expect(done).toEqual(['warm', 'patient']);
  });

  it('Redis hangs: the caller is told at its deadline', async () => {
    const caller = await start(callerService);
    await replica();
    redis.pause();
    try {
      await expect(work(caller).once({ key: 'hung' }, { timeoutMs: 300 })).rejects.toMatchObject({
        code: 'bus.timeout',
      });
    } finally {
      redis.resume();
    }
    await work(caller).once({ key: 'after' });
    expect(done).not.toContain('hung');
  });

  it('Redis hangs for long: its dead connections are left, and all is well when it answers again', async () => {
    const caller = await start(callerService);
    await replica();
    await work(caller).once({ key: 'before' });
    redis.pause();
    const codes = await Promise.all(
      [1000, 4000, 7000].map((timeoutMs) =>
        work(caller)
          .once({ key: `hung-${timeoutMs}` }, { timeoutMs })
          .catch((error: unknown) => (error instanceof DomainError ? error.code : error)),
      ),
    );
    redis.resume();
    // The last one sees its connection given up, and is told that nobody knows: its own time is not over yet.
    expect(codes).toEqual(['bus.timeout', 'bus.timeout', 'bus.unavailable']);
    await until('requests are answered again', () =>
      work(caller)
        .once({ key: 'after' })
        .then(() => true),
    );
    expect(done.filter((key) => key !== 'hung-7000')).toEqual(['before', 'after']);
    // Redis may have given a request to a reader whose connection was dead by then: nobody deletes it, only its age does.
    await caller.context.redis.shared.xtrim(stream, 'MAXLEN', 0);
  });

  it('Redis is full: a typed error that says so', async () => {
    const caller = await start(callerService);
    await replica();
    const { shared } = caller.context.redis;
    await shared.config('SET', 'maxmemory', '1');
    try {
      await expect(work(caller).once({ key: 'full' })).rejects.toMatchObject({
        code: 'bus.unavailable',
        message: expect.stringContaining('OOM'),
      });
    } finally {
      await shared.config('SET', 'maxmemory', '0');
    }
  });

  it('a stop lets running calls finish and sends their answers', async () => {
    const caller = await start(callerService);
    const service = await replica();
    holdWork();
    const answer = work(caller).once({ key: 'slow' });
    await until('it is at work', () => calls.length === 1);
    // This runs when the bus has closed: too early if it did not wait for the call.
    let ended: string[] | undefined;
    service.context.onStop('look', () => Promise.resolve(void (ended = [...done])));
    const stopped = service.stop();
    // The reader is gone when a request stays where it was put.
    const unread = work(caller).once({ key: 'unread' }, { timeoutMs: 700 });
    await expect(unread).rejects.toMatchObject({ code: 'bus.timeout' });
    release();
    expect(await answer).toEqual({ pid: process.pid });
    await stopped;
    expect(ended).toContain('slow');
    expect(calls[0]?.signal.aborted).toBe(false);
  });

  it('a stop aborts calls that use up the grace', async () => {
    const caller = await start(callerService);
    const service = await replica({ timeout: '200ms' });
    holdWork();
    const answer = work(caller).once({ key: 'endless' }, { timeoutMs: 5000 });
    await until('it is at work', () => calls.length === 1);
    const signal = calls[0]?.signal;
    signal?.addEventListener('abort', () => release());
    const stopped = service.stop();
    expect(await answer).toEqual({ pid: process.pid });
    await stopped;
    expect(signal?.aborted).toBe(true);
  });

  it('a call is told of its deadline, and a caller may give up before', async () => {
    const caller = await start(callerService);
    await replica();
    holdWork();
    const timed = work(caller).once({ key: 'timed' }, { timeoutMs: 200 });
    await until('it is at work', () => calls.length === 1);
    const signal = calls[0]?.signal;
    expect(calls[0]?.deadline).toBeLessThanOrEqual(performance.now() + 200);
    await expect(timed).rejects.toMatchObject({ code: 'bus.timeout' });
    await until('the handler knows', () => signal?.aborted === true);

    const control = new AbortController();
    const given = work(caller).once({ key: 'given up' }, { signal: control.signal });
    await until('it is at work', () => calls.length === 2);
    control.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    await expect(work(caller).once({ key: 'never' }, { signal: control.signal })).rejects.toThrow('enough');
    release();
    await until('both are done', () => done.length === 2);
  });

  it('a service refuses to start with a handler of another service, or one without a contract', async () => {
    const wrong: ServiceDefinition = { ...workService(() => Promise.resolve()), name: 'auth' };
    await expect(start(wrong)).rejects.toThrow('is a method of task-manager, not of auth');
    // It has stopped again: its connections are closed, and the next one starts.
    const caller = await start(callerService);
    await expect(caller.context.rpc.client(echoRpc).say({ text: 'x' }, { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'bus.timeout',
    });
  });
});
