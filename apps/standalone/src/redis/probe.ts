import { Redis, type RedisOptions } from 'ioredis';

import { connectOptions, type RedisAddress } from './redis-address.js';

/** `loading`: alive, reads its files. `silent`: nobody there, or nobody who takes our password. */
export type ProbeResult = 'ready' | 'loading' | 'silent';

const answerLimit = 5000;

/** A connection that neither waits nor comes back: for a question to a server that may not be there. */
export function connectOnce(options: RedisOptions): Redis {
  return new Redis({
    ...options,
    lazyConnect: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectTimeout: 2000,
    // A connection that the server has closed keeps its timer for so long.
    disconnectTimeout: 100,
  });
}

/**
 * Asks over a connection of its own, which is closed after it or after `limit` ms: then the question fails.
 * (ioredis' own commandTimeout keeps its timer when a command fails.) Rejects with why it could not be asked.
 */
export async function askServer<T>(
  options: RedisOptions,
  question: (redis: Redis) => Promise<T>,
  limit: number = answerLimit,
): Promise<T> {
  const redis = connectOnce(options);
  const trouble: { cause?: Error } = {};
  redis.on('error', (error: Error) => (trouble.cause = error));
  const late = setTimeout(() => redis.disconnect(), limit);
  try {
    await redis.connect();
    return await question(redis);
  } catch (error) {
    throw trouble.cause ?? error;
  } finally {
    clearTimeout(late);
    redis.disconnect();
  }
}

export async function probe(address: RedisAddress, password: string): Promise<ProbeResult> {
  try {
    await askServer(connectOptions(address, password), (redis) => redis.ping());
    return 'ready';
  } catch (error) {
    return String(error).includes('LOADING') ? 'loading' : 'silent';
  }
}
