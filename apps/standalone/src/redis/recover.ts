import { DomainError } from '@aicode/contracts';

import { connectOnce } from './probe.js';
import { chooseAddress } from './redis-address.js';
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
  let clean = false;
  try {
    await rewriteAppendOnlyFile(server, options);
  } finally {
    clean = await shutDownServer(server, password, log);
  }
  if (!clean) throw recoveryFailed('Redis could not be stopped after it');
  await writeLastRun(files.lastRun, { state: 'clean', address });
  log.info({ ms: Math.round(performance.now() - started) }, 'The append-only file is whole again');
}

async function rewriteAppendOnlyFile(server: RedisServer, options: RunServer): Promise<void> {
  const redis = connectOnce(server.address, options.password);
  try {
    await redis.connect();
    await redis.bgrewriteaof();
    const ended = await waitUntil(
      async () => {
        const info = await redis.info('persistence');
        return info.includes('aof_rewrite_in_progress:0') && info.includes('aof_rewrite_scheduled:0');
      },
      rewriteLimit,
      options.signal,
    );
    if (!ended) throw recoveryFailed('it took longer than 30 minutes');
    const info = await redis.info('persistence');
    if (!info.includes('aof_last_bgrewrite_status:ok')) throw recoveryFailed('Redis could not write it');
  } finally {
    redis.disconnect();
  }
}

function recoveryFailed(why: string): DomainError {
  return new DomainError(
    'platform.start_failed',
    `After an unclean stop, Redis' append-only file could not be written anew: ${why}. ` +
      'Look at data/redis/redis.log under AICLI_HOME and at the free disk space, then start again.',
  );
}
