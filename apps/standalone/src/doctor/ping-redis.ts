import { redisOptions } from '@aicode/service-kit';

import { askServer } from '../redis/probe.js';

/** Rejects with why the Redis at this address can't be used. */
export async function pingRedis(url: string): Promise<void> {
  await askServer(redisOptions(url), (redis) => redis.ping());
}
