import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

import { replaceFile } from '../replace-file.js';
import { RedisAddress } from './redis-address.js';

/**
 * What the last server on these files did. Anything but `clean` that no live server explains is an unclean end: then the append-only
 * file is written anew before anybody is served (a cut inside a script's MULTI makes later restarts drop every later write).
 */
export const LastRun = z.object({ state: z.enum(['running', 'recovering', 'clean']), address: RedisAddress });
export type LastRun = z.infer<typeof LastRun>;

export function readLastRun(file: string): LastRun | null {
  try {
    return LastRun.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

export function writeLastRun(file: string, run: LastRun): Promise<void> {
  return replaceFile(file, `${JSON.stringify(run)}\n`);
}

/** True if the append-only file may hold a torn end: there is one, and no clean stop is on record. */
export function needsRecovery(dir: string, last: LastRun | null): boolean {
  return last?.state !== 'clean' && hasAppendOnlyFile(dir);
}

/** One file up to Redis 6, a folder of parts since 7. */
function hasAppendOnlyFile(dir: string): boolean {
  if (existsSync(join(dir, 'appendonly.aof'))) return true;
  const parts = join(dir, 'appendonlydir');
  return existsSync(parts) && readdirSync(parts).length > 0;
}
