import { DomainError } from '@aicode/contracts';
import { tryAcquireFileLock, type FileLock } from '@aicode/database';
import type { HomePaths } from '@aicode/service-kit';

import { readPlatformState } from './platform-state.js';

/**
 * One platform a home: two would share a database, a Redis and workspaces.
 * @throws DomainError platform.already_running, with who runs
 */
export async function lockHome(paths: HomePaths): Promise<FileLock> {
  const lock = await tryAcquireFileLock(paths.platformLock);
  if (lock) return lock;
  const running = readPlatformState(paths.platformState);
  const who = running
    ? `process ${running.pid}${running.url ? ` at ${running.url}` : ''}`
    : 'it is starting or stopping';
  throw new DomainError(
    'platform.already_running',
    `The platform runs already for ${paths.home}: ${who}. Use it, stop it with \`aicli down\`, or set AICLI_HOME to another folder.`,
  );
}
