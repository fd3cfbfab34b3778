import { findRedisServer, redisInstallCommand } from '../redis/find-server.js';
import { fail, ok, type Check } from './check.js';

/** @param ping asks the configured Redis; rejects with why it could not be reached */
export async function checkRedis(
  url: string | undefined,
  ping: (url: string) => Promise<void>,
  searchPath?: string,
): Promise<Check> {
  if (url) {
    return ping(url).then(
      () => ok('redis', 'The configured Redis answers.'),
      (error: unknown) =>
        fail(
          'redis',
          `The configured Redis does not answer: ${error instanceof Error ? error.message : String(error)}.`,
          'Correct AICLI_REDIS_URL (redis.url in server.yaml), or start that Redis.',
        ),
    );
  }
  const server = findRedisServer(searchPath);
  if (server) return ok('redis', `${server} is there for the private Redis.`);
  return fail(
    'redis',
    'No redis-server or valkey-server is in PATH.',
    `Run \`${redisInstallCommand()}\`, or set AICLI_REDIS_URL.`,
  );
}
