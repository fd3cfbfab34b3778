import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { startRedis, type RunningRedis } from './redis.js';
import { startServiceProcess } from './service-process.js';
import { tempDir, type TempDir } from './temp-dir.js';

describe('a service alone', () => {
  let home: TempDir;
  let redis: RunningRedis;
  beforeEach(async () => {
    home = await tempDir('alone');
    redis = await startRedis();
  });
  afterEach(async () => {
    await redis.stop();
    await home.remove();
  });

  it('is there when it answers, and ends by a signal', async () => {
    const said: string[] = [];
    const service = await startServiceProcess('auth', {
      home: home.path,
      redisUrl: redis.url,
      env: { AICLI_AUTH_FIRST_ADMIN: 'local' },
      onOutput: (text) => said.push(text),
    });
    expect(service.pid).toBeGreaterThan(0);
    expect(said.join('')).toContain('"msg":"ready"');
    await service.kill('SIGTERM');
    expect(() => process.kill(service.pid, 0)).toThrow();
  });

  it('that cannot start is told of', async () => {
    const env = { AICLI_AUTH_FIRST_ADMIN: 'nobody' };
    await expect(startServiceProcess('auth', { home: home.path, redisUrl: redis.url, env })).rejects.toThrow(
      /auth ended with \d+ before it was ready/,
    );
  });
});
