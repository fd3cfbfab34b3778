import { mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import type { PlatformLog } from '../platform-log.js';
import { acquireServer, type AcquireServer } from './acquire.js';
import { isAlive } from './holder.js';
import { writeLastRun } from './last-run.js';
import { connectOnce } from './probe.js';
import { connectOptions, redisUrl } from './redis-address.js';
import { redisFiles, type RedisHome } from './redis-files.js';
import { shutDownServer, type RedisServer } from './run-server.js';

export interface PrivateRedis {
  /** With its password: never log it. */
  url: string;
  /** The live server's; another one after it died and was started again. */
  readonly pid: number;
  /** SHUTDOWN, waits for its end, and records it as clean. */
  stop(): Promise<void>;
}

export interface PrivateRedisOptions {
  home: RedisHome;
  /** Kept between runs: a server that outlived its platform is adopted by it. No quote, no space. */
  password: string;
  log: PlatformLog;
  /** Where to look for the server; PATH if not set. */
  searchPath?: string;
  /** Gives up a start that takes too long or is not wanted any more. */
  signal?: AbortSignal;
}

const longestPause = 10_000;

/**
 * The platform's own Redis under AICLI_HOME: started or adopted, watched, started again if it dies, and stopped with the platform.
 * The caller must hold the platform's lock: two of these on one home would fight over the files.
 * @throws DomainError platform.redis_missing, platform.start_failed
 */
export async function startPrivateRedis(options: PrivateRedisOptions): Promise<PrivateRedis> {
  const { home, password, log } = options;
  const files = redisFiles(home);
  for (const folder of [home.redisDir, home.runDir]) await mkdir(folder, { recursive: true, mode: 0o700 });
  const stopping = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stopping.signal]) : stopping.signal;
  const acquire: AcquireServer = { files, password, log, signal, searchPath: options.searchPath };
  let server = await acquireServer(acquire);
  const { address } = server;
  const watching = watch();

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      await untilGone(server, password, stopping.signal);
      if (stopping.signal.aborted) return;
      log.error({ pid: server.pid }, 'The private Redis has died; it is started again');
      const next = await acquireAgain({ ...acquire, signal: stopping.signal });
      if (next) server = next;
    }
  }

  async function acquireAgain(how: AcquireServer): Promise<RedisServer | null> {
    for (let pause = 100; !stopping.signal.aborted; pause = Math.min(pause * 2, longestPause)) {
      try {
        return await acquireServer(how, address);
      } catch (error) {
        if (stopping.signal.aborted) return null;
        log.error(
          { error: error instanceof Error ? error.message : String(error) },
          'Redis could not be started again',
        );
        await delay(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
    return null;
  }

  async function endWatch(): Promise<void> {
    stopping.abort();
    await watching;
  }

  return {
    url: redisUrl(address, password),
    get pid() {
      return server.pid;
    },
    async stop() {
      await endWatch();
      if (!isAlive(server.pid)) return;
      const clean = await shutDownServer(server, password, log);
      if (clean) await writeLastRun(files.lastRun, { state: 'clean', address });
    },
  };
}

/** Resolves when the server's process has ended, or on the signal. An open connection tells at once; it may also close for less. */
async function untilGone(server: RedisServer, password: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && isAlive(server.pid)) {
    const redis = connectOnce(connectOptions(server.address, password));
    redis.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => {
      redis.once('end', () => resolve());
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await redis.connect().catch(() => undefined);
    if (signal.aborted || redis.status !== 'ready') await delay(100, undefined, { signal }).catch(() => undefined);
    else await closed;
    redis.disconnect();
  }
}
