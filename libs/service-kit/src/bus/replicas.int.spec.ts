import { DomainError, ServerConfig } from '@aicode/contracts';
import { startRedis, tempDir, type RunningRedis, type TempDir } from '@aicode/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { startReplica, type ChildService } from '../fixtures/replica-process.js';
import { until } from '../fixtures/until.js';
import { callerService, countedWork, executedKey, workRpc, workService } from '../fixtures/work-service.js';
import { startService, type RunningService } from '../index.js';
import { busKeys } from './bus-keys.js';

const config = ServerConfig.parse({ log: { level: 'silent' } });

describe('replicas in processes of their own', () => {
  let redis: RunningRedis;
  let home: TempDir;
  let caller: RunningService;
  const children: ChildService[] = [];
  const services: RunningService[] = [];
  const work = () => caller.context.rpc.client(workRpc);
  const shared = () => caller.context.redis.shared;
  const executions = async (keys: string[]) => (await shared().mget(keys.map(executedKey))).map(Number);

  const replica = async (): Promise<ChildService> => {
    const child = startReplica(home.path, redis.url);
    children.push(child);
    await child.ready;
    return child;
  };

  beforeAll(async () => {
    redis = await startRedis();
    home = await tempDir('kit');
    caller = await startService(callerService, { home: home.path, config, redisUrl: redis.url });
  });
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.end()));
    await Promise.all(services.splice(0).map((service) => service.stop()));
  });
  afterAll(async () => {
    await caller?.stop();
    await redis?.stop();
    await home?.remove();
  });

  it('execute each of 1,000 requests at most once while one of them is killed, and every caller gets an answer or a typed error', async () => {
    const replicas = await Promise.all([replica(), replica(), replica()]);
    const victim = replicas[0];
    const keys = Array.from({ length: 1000 }, (_, index) => `burst-${index}`);
    let answered = 0;
    const outcomes = await Promise.all(
      keys.map(async (key) => {
        try {
          const { pid } = await work().once({ key }, { timeoutMs: 4000 });
          answered += 1;
          if (pid === victim?.pid && answered > 100) victim.signal('SIGKILL');
          return pid;
        } catch (error) {
          return error;
        }
      }),
    );

    const done = outcomes.filter((outcome) => typeof outcome === 'number');
    const failed = outcomes.filter((outcome) => typeof outcome !== 'number');
    expect(await victim?.ended).toBe('SIGKILL');
    expect(new Set(done).size).toBe(3);
    for (const error of failed) expect(error).toMatchObject({ name: 'DomainError', code: 'bus.timeout' });
    // Only what the victim had in its hands can be lost.
    expect(failed.length).toBeLessThanOrEqual(2 * config.bus.handlers);
    const counts = await executions(keys);
    expect(counts.every((count) => count <= 1)).toBe(true);
    expect(outcomes.every((outcome, index) => typeof outcome !== 'number' || counts[index] === 1)).toBe(true);
  });

  it('leave nothing in the stream', async () => {
    await Promise.all([replica(), replica()]);
    const keys = Array.from({ length: 1000 }, (_, index) => `clean-${index}`);
    await Promise.all(keys.map((key) => work().once({ key })));
    expect(await executions(keys)).toEqual(keys.map(() => 1));
    await until('the stream is empty', async () => (await shared().xlen(busKeys.requests('task-manager'))) === 0);
  });

  it('do not begin a request after its deadline', async () => {
    const stopped = await replica();
    await work().once({ key: 'before' });
    stopped.signal('SIGSTOP');
    const late = await work()
      .once({ key: 'late' }, { timeoutMs: 600 })
      .catch((error: unknown) => error);
    expect(late).toBeInstanceOf(DomainError);
    expect(late).toMatchObject({ code: 'bus.timeout' });
    stopped.signal('SIGCONT');
    // What comes after it is answered, so the late one has had its turn.
    await work().once({ key: 'after' });
    expect(await executions(['before', 'late', 'after'])).toEqual([1, 0, 1]);
    await until('it says so', () => stopped.said().includes('after its deadline'));
  });

  it('are asked again for what may be done twice, and for nothing else', async () => {
    for (const [method, expected] of [
      ['again', 'answered'],
      ['once', 'bus.timeout'],
    ] as const) {
      const key = `lost-${method}`;
      const frozen = await replica();
      await work().once({ key: 'warm' });
      // Its reader blocks on Redis, so the request goes to it and is lost with it.
      frozen.signal('SIGSTOP');
      const { [method]: ask } = work();
      const outcome = ask({ key }, { timeoutMs: 3000 }).then(
        () => 'answered',
        (error: unknown) => (error instanceof DomainError ? error.code : error),
      );
      await until('the request is taken', async () => (await lastDelivered()) === (await lastAdded()));
      const other = await startService(workService(countedWork), { home: home.path, config, redisUrl: redis.url });
      services.push(other);
      await frozen.end();
      expect(await outcome).toBe(expected);
      expect(await executions([key])).toEqual([expected === 'answered' ? 1 : 0]);
      await other.stop();
    }
  });

  const lastAdded = async () =>
    field(await shared().xinfo('STREAM', busKeys.requests('task-manager')), 'last-generated-id');
  const lastDelivered = async () => {
    const groups: unknown = await shared().xinfo('GROUPS', busKeys.requests('task-manager'));
    return field(Array.isArray(groups) ? groups[0] : undefined, 'last-delivered-id');
  };
});

/** Redis answers XINFO with names and values in turn. */
function field(answer: unknown, name: string): unknown {
  const list: unknown[] = Array.isArray(answer) ? answer : [];
  return list[list.indexOf(name) + 1];
}
