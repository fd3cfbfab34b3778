import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

import { fail, ok, warn, type Check } from './check.js';

const gigabyte = 1024 ** 3;
const enough = 5 * gigabyte;
const least = 0.5 * gigabyte;

export async function checkDisk(home: string): Promise<Check> {
  let place = home;
  while (!existsSync(place)) place = dirname(place);
  const { bavail, bsize } = await statfs(place);
  return judgeDisk(bavail * bsize);
}

/** @param free bytes */
export function judgeDisk(free: number): Check {
  const message = `${(free / gigabyte).toFixed(1)} GB are free on the disk of the home.`;
  const remedy = 'Free some space, or set AICLI_HOME to a folder on a larger disk.';
  if (free < least) return fail('disk', message, remedy);
  if (free < enough) return warn('disk', message, remedy);
  return ok('disk', message);
}
