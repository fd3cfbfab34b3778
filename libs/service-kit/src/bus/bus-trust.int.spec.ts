import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

import { ServerConfig } from '@aicode/contracts';
import { startRedis, tempDir, type RunningRedis, type TempDir } from '@aicode/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { until } from '../fixtures/until.js';
import { callerService, workRpc, workService } from '../fixtures/work-service.js';
import { homePaths, startService, type RunningService, type ServiceDefinition } from '../index.js';
import { busKeys } from './bus-keys.js';
import { BusReply, BusRequest, decode } from './messages.js';
import { openMessage, signMessage, unverifiedBody } from './signature.js';

const stream = busKeys.requests('task-manager');

describe('what the bus does not carry', () => {
  let redis: RunningRedis;
  let home: TempDir;
  const running: RunningService[] = [];
  let done: string[] = [];

  const start = async (definition: ServiceDefinition, bus: Record<string, unknown> = {}): Promise<RunningService> => {
    const config = ServerConfig.parse({ log: { level: 'silent' }, bus });
    const service = await startService(definition, { home: home.path, config, redisUrl: redis.url });
    running.push(service);
    return service;
  };
  const replica = () => start(workService((key) => Promise.resolve(done.push(key))));
  const work = (service: RunningService) => service.context.rpc.client(workRpc);

  beforeAll(async () => {
    redis = await startRedis();
    home = await tempDir('kit');
  });
  beforeEach(() => {
    done = [];
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((service) => service.stop()));
  });
  afterAll(async () => {
    await redis?.stop();
    await home?.remove();
  });

  it('a request over the limit is refused before it is sent', async () => {
    const caller = await start(callerService, { max_payload: '64kb' });
    await replica();
    const added = async () => JSON.stringify(await caller.context.redis.shared.xinfo('STREAM', stream));
    const before = await added();
    await expect(work(caller).once({ key: 'x'.repeat(65_536) })).rejects.toMatchObject({
      code: 'bus.payload_too_large',
    });
    expect(await added()).toBe(before);
    expect(done).toEqual([]);
  });

  it('a forged, an unsigned and a replanted request are refused, and the one who asked is told', async () => {
    const caller = await start(callerService);
    await replica();
    const key = await readFile(homePaths(home.path).busKey);
    const reply = busKeys.replies('forger-forger-forger');
    const request = (id: string): BusRequest => ({
      id,
      method: workRpc.once.pattern,
      caller: 'gateway',
      via: [],
      actor: { user_id: 'user_1', role: 'admin', session_id: null },
      request_id: 'req-1',
      ttl_ms: 5000,
      expires_ms: Date.now() + 5000,
      reply,
      input: { key: id },
    });
    const forged: [string, string][] = [
      ['forged', signMessage(Buffer.alloc(32), stream, JSON.stringify(request('forged')))],
      ['unsigned', `${' '.repeat(43)}${JSON.stringify(request('unsigned'))}`],
      ['replanted', signMessage(key, busKeys.requests('auth'), JSON.stringify(request('replanted')))],
    ];
    const listener = caller.context.redis.open();
    await listener.subscribe(reply);
    for (const [id, message] of forged) {
      const heard = once(listener, 'message');
      await caller.context.redis.shared.xadd(stream, '*', 'm', message);
      const [, text] = await heard.then((args: unknown[]) => args.map(String));
      expect(decode(BusReply, openMessage(key, reply, text ?? '') ?? '')).toMatchObject({
        id,
        error: { code: 'bus.refused' },
      });
    }
    // What is no request at all does no harm either.
    for (const rubbish of ['', 'x', signMessage(key, stream, 'not json'), signMessage(key, stream, '{}')]) {
      await caller.context.redis.shared.xadd(stream, '*', 'm', rubbish);
    }
    await caller.context.redis.shared.xadd(stream, '*', 'other', 'field');
    await work(caller).once({ key: 'honest' });
    expect(done).toEqual(['honest']);
  });

  it('a forged answer does not reach the caller', async () => {
    const caller = await start(callerService);
    const { shared } = caller.context.redis;
    const answer = work(caller).once({ key: 'true' }, { timeoutMs: 5000 });
    await until('it is sent', async () => (await shared.xlen(stream)) === 1);
    const [[, [, message = ''] = []] = ['', []]] = await shared.xrange(stream, '-', '+');
    const { id, reply } = BusRequest.parse(JSON.parse(unverifiedBody(message)));
    const lie = JSON.stringify({ id, output: { pid: 0 } });
    expect(await shared.publish(reply, signMessage(Buffer.alloc(32), reply, lie))).toBe(1);
    expect(await shared.publish(reply, lie)).toBe(1);
    await replica();
    expect(await answer).toEqual({ pid: process.pid });
  });

  it('a request that is sent once more after its time is not done once more', async () => {
    const caller = await start(callerService);
    const { shared } = caller.context.redis;
    const answer = work(caller).once({ key: 'recorded' }, { timeoutMs: 1000 });
    await until('it is sent', async () => (await shared.xlen(stream)) === 1);
    const [[, [, message = ''] = []] = ['', []]] = await shared.xrange(stream, '-', '+');
    await replica();
    await answer;
    const { expires_ms } = BusRequest.parse(JSON.parse(unverifiedBody(message)));
    await until('its time is over', async () => Number((await shared.time())[0]) * 1000 > expires_ms);
    await shared.xadd(stream, '*', 'm', message);
    await work(caller).once({ key: 'next' });
    expect(done).toEqual(['recorded', 'next']);
  });
});
