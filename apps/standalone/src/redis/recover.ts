import { DomainError } from '@aicode/contracts';
import type { Redis } from 'ioredis';

import { askServer } from './probe.js';
import { chooseAddress, connectOptions } from './redis-address.js';
import { writeLastRun } from './last-run.js';
import { shutDownServer, startServer, type RedisServer, type RunServer } from './run-server.js';
import { waitUntil } from './wait-until.js';

const rewriteLimit = 30 * 60_000;

/**
 * After an unclean end: runs the server where no client knows it, has the append-only file written anew from what could be read, and
 * stops it cleanly. Only then is the file served; a crash in between finds the record still unclean and begins again.
 */
export async function recoverAppendOnlyFile(options: RunServer): Promise<void> {
  const { files, password, log } = options;
  const started = performance.now();
  log.warn({}, 'Redis was not stopped cleanly; its append-only file is written anew before use');
  const address = await chooseAddress(files.recover.socket);
  await writeLastRun(files.lastRun, { state: 'recovering', address });
  const server = await startServer(options, files.recover, address);
  let clean: boolean;
  try {
    await rewriteAppendOnlyFile(server, options);
  } finally {
    clean = await shutDownServer(server, password, log);
  }
  if (!clean) throw recoveryFailed('Redis could not be stopped after it');
  await writeLastRun(files.lastRun, { state: 'clean', address });
  log.info({ ms: Math.round(performance.now() - started) }, 'The append-only file is whole again');
}

async function rewriteAppendOnlyFile(server: RedisServer, { password, signal }: RunServer): Promise<void> {
  const connection = connectOptions(server.address, password);
  await askServer(connection, (redis) => rewriteAndWait(redis, signal), rewriteLimit);
}

async function rewriteAndWait(redis: Redis, signal: AbortSignal): Promise<void> {
  await redis.bgrewriteaof();
  const persistence = (): Promise<string> => redis.info('persistence');
  const ended = await waitUntil(
    async () => /aof_rewrite_in_progress:0[^]*aof_rewrite_scheduled:0/.test(await persistence()),
    rewriteLimit,
    signal,
  );
  if (!ended) throw recoveryFailed('it took longer than 30 minutes');
  if (!(await persistence()).includes('aof_last_bgrewrite_status:ok')) throw recoveryFailed('Redis could not write it');
}

function recoveryFailed(why: string): DomainError {
  return new DomainError(
    'platform.start_failed',
    `After an unclean stop, Redis' append-only file could not be written anew: ${why}. ` +
      'Look at data/redis/redis.log under AICLI_HOME and at the free disk space, then start again.',
  );
}
