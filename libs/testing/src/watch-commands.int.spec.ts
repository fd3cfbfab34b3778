import { expect, it } from '@jest/globals';
import { Redis } from 'ioredis';

import { startRedis } from './redis.js';
import { watchCommands } from './watch-commands.js';

it('sees the commands that come after it has begun, also many at once', async () => {
  const server = await startRedis();
  const redis = new Redis(server.port, '127.0.0.1');
  try {
    await redis.set('before', '1');
    const watch = await watchCommands(server);
    await Promise.all(Array.from({ length: 500 }, (_, i) => redis.set(`key-${i}`, '1')));
    await watch.until((seen) => seen.includes('"key-499"'));
    watch.stop();
    expect(watch.seen().match(/"key-\d+"/g)).toHaveLength(500);
    expect(watch.seen()).not.toContain('before');
  } finally {
    redis.disconnect();
    await server.stop();
  }
});
