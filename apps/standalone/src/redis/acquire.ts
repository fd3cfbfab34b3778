import { findHolder, isAlive } from './holder.js';
import { needsRecovery, readLastRun, writeLastRun, type LastRun } from './last-run.js';
import { chooseAddress, type RedisAddress } from './redis-address.js';
import { recoverAppendOnlyFile } from './recover.js';
import { requireRedisServer } from './find-server.js';
import { endProcess, startServer, waitUntilReady, type RedisServer, type RunServer } from './run-server.js';

export type AcquireServer = Omit<RunServer, 'program'> & { searchPath?: string | undefined };

/**
 * The one live server on these files: the one that lives already is adopted (a platform that was killed left it), also while it is
 * still loading; else the files are recovered if they need it and a new one is started. Call it only under the platform's lock.
 * @param wanted address that a new server must have (clients know it already)
 */
export async function acquireServer(options: AcquireServer, wanted?: RedisAddress): Promise<RedisServer> {
  const { files, log } = options;
  const last = readLastRun(files.lastRun);
  const pid = findHolder(files);
  if (pid !== null) {
    const adopted = await adopt(pid, last, options);
    if (adopted) return adopted;
  }
  const run: RunServer = { ...options, program: requireRedisServer(options.searchPath) };
  if (needsRecovery(files.dir, last)) await recoverAppendOnlyFile(run);
  const address = wanted ?? (await chooseAddress(files.serve.socket));
  // Before the start: a platform killed right after it must find the address, and an unclean end on record.
  await writeLastRun(files.lastRun, { state: 'running', address });
  const server = await startServer(run, files.serve, address);
  log.info({ pid: server.pid, program: run.program }, 'Private Redis started');
  return server;
}

async function adopt(pid: number, last: LastRun | null, options: AcquireServer): Promise<RedisServer | null> {
  const { files, log } = options;
  if (last?.state === 'recovering') {
    // A repair that lost its platform: nobody was served, so it is ended and done again.
    log.warn({ pid }, 'An unfinished repair of the append-only file is begun again');
    await endProcess(pid);
    return null;
  }
  const server = { pid, address: last?.address ?? { socket: files.serve.socket } };
  try {
    await waitUntilReady(server, options);
  } catch (error) {
    // It may have been on its way out: then the files are free.
    if (isAlive(pid)) throw error;
    return null;
  }
  log.info({ pid }, 'Private Redis adopted: it outlived the platform before');
  return server;
}
