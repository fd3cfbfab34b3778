import { existsSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';

import { startRedis } from './redis.js';
import { tempDir } from './temp-dir.js';

describe('a Redis of a test', () => {
  it('keeps what was written over a kill -9 if it is durable, on the same port', async () => {
    const redis = await startRedis({ durable: true });
    const client = new Redis(redis.url, { maxRetriesPerRequest: 100 });
    client.on('error', () => undefined);
    await client.set('a', '1');
    await redis.kill();
    expect(() => redis.pid()).toThrow('does not run');
    await redis.start();
    expect(await client.get('a')).toBe('1');
    client.disconnect();
    await redis.stop();
  });

  it('can be paused: it accepts and answers nothing', async () => {
    const redis = await startRedis();
    const client = new Redis(redis.url, { commandTimeout: 200 });
    client.on('error', () => undefined);
    await client.ping();
    redis.pause();
    await expect(client.ping()).rejects.toThrow('timed out');
    redis.resume();
    client.disconnect();
    await redis.stop();
  });

  it('says why it did not start', async () => {
    await expect(startRedis({ args: ['--no-such-setting', '1'] })).rejects.toThrow(
      /Redis did not start: it ended with 1/,
    );
  });
});

describe('a temporary directory', () => {
  it('is gone when it is removed, also twice', async () => {
    const dir = await tempDir();
    expect(existsSync(dir.path)).toBe(true);
    await dir.remove();
    await dir.remove();
    expect(existsSync(dir.path)).toBe(false);
  });
});
