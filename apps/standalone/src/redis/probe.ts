import { Redis } from 'ioredis';

import { connectOptions, type RedisAddress } from './redis-address.js';

/** `loading`: alive, reads its files. `silent`: nobody there, or nobody who takes our password. */
export type ProbeResult = 'ready' | 'loading' | 'silent';

/** A connection that neither waits nor comes back: for one question to a server that may not be there. */
export function connectOnce(address: RedisAddress, password: string): Redis {
  const redis = new Redis({
    ...connectOptions(address, password),
    lazyConnect: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectTimeout: 2000,
    commandTimeout: 5000,
  });
  // Failures reach the caller by the command that they fail.
  redis.on('error', () => undefined);
  return redis;
}

export async function probe(address: RedisAddress, password: string): Promise<ProbeResult> {
  const redis = connectOnce(address, password);
  try {
    await redis.connect();
    await redis.ping();
    return 'ready';
  } catch (error) {
    return error instanceof Error && error.message.startsWith('LOADING') ? 'loading' : 'silent';
  } finally {
    redis.disconnect();
  }
}
