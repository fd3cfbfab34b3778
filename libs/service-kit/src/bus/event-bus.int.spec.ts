import { defineEvent, ServerConfig } from '@aicode/contracts';
import { startRedis, tempDir, type RunningRedis, type TempDir } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { until } from '../fixtures/until.js';
import { callerService } from '../fixtures/work-service.js';
import { startService, type EventMeta, type RunningService } from '../index.js';
import { busKeys } from './bus-keys.js';

const happened = defineEvent('test.happened', z.object({ n: z.int() }));

describe('events', () => {
  let redis: RunningRedis;
  let home: TempDir;
  let first: RunningService;
  let second: RunningService;

  beforeAll(async () => {
    redis = await startRedis({ durable: true });
    home = await tempDir('kit');
    const config = ServerConfig.parse({ log: { level: 'silent' } });
    const platform = { home: home.path, config, redisUrl: redis.url };
    [first, second] = await Promise.all([
      startService(callerService, platform),
      startService({ ...callerService, name: 'auth' }, platform),
    ]);
  });
  afterAll(async () => {
    await Promise.all([first?.stop(), second?.stop()]);
    await redis?.stop();
    await home?.remove();
  });

  it('reach every listener of every replica, with an id and a time', async () => {
    const heard: [string, number, EventMeta][] = [];
    const listen = (service: RunningService, name: string) =>
      service.context.events.subscribe(happened, ({ n }, meta) => void heard.push([name, n, meta]));
    const ends = await Promise.all([listen(first, 'a'), listen(first, 'b'), listen(second, 'c')]);
    await first.context.events.publish(happened, { n: 1 });
    await until('all have heard', () => heard.length === 3);
    expect(heard.map(([name]) => name).sort()).toEqual(['a', 'b', 'c']);
    expect(new Set(heard.map(([, , meta]) => meta.id)).size).toBe(1);
    expect(heard[0]?.[2].id).toMatch(/^evt_/);
    expect(Date.parse(heard[0]?.[2].time ?? '')).toBeGreaterThan(Date.now() - 60_000);

    await ends[0]?.();
    await first.context.events.publish(happened, { n: 2 });
    await until('the others have heard', () => heard.length === 5);
    await ends[1]?.();
    await ends[1]?.();
    await ends[2]?.();
    const others = await first.context.redis.shared.publish(busKeys.event(happened.name), 'x');
    expect(others).toBe(0);
  });

  it('of the wrong shape are not published', async () => {
    await expect(first.context.events.publish(happened, { n: 1.5 })).rejects.toMatchObject({ code: 'request.invalid' });
  });

  it('that are forged or broken reach nobody, and a failing listener disturbs no other', async () => {
    const heard: number[] = [];
    const ends = [
      await second.context.events.subscribe(happened, () => {
        throw new Error('this listener fails');
      }),
      await second.context.events.subscribe(happened, ({ n }) => void heard.push(n)),
    ];
    const lie = { id: 'evt_x', time: new Date().toISOString(), data: { n: 7 } };
    await first.context.redis.shared.publish(busKeys.event(happened.name), JSON.stringify(lie));
    await first.context.events.publish(happened, { n: 8 });
    await until('the true one is heard', () => heard.length > 0);
    expect(heard).toEqual([8]);
    for (const end of ends) await end();
  });

  it('are lost while Redis is away, without harm to who publishes, and heard again when it is back', async () => {
    const heard: number[] = [];
    await second.context.events.subscribe(happened, ({ n }) => void heard.push(n));
    await redis.kill();
    await first.context.events.publish(happened, { n: 1 });
    await redis.start();
    await until(
      'events are heard again',
      async () => {
        await first.context.events.publish(happened, { n: 2 });
        return heard.includes(2);
      },
      15_000,
    );
    expect(heard).not.toContain(1);
  });
});
