import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import { fail, ok, warn, type Check } from './check.js';

/** Looks only: makes and changes nothing. */
export function checkHome(home: string, secretsDir: string): Check {
  const place = nearestExisting(home);
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
  } catch {
    return fail(
      'home',
      `${home} can't be written by this user.`,
      `Give it to the platform's user (chown), or set AICLI_HOME to a folder of yours.`,
    );
  }
  if (place !== home) return ok('home', `${home} will be made at the first start.`);
  const open = [home, secretsDir].filter((path) => existsSync(path)).find((path) => isTooOpen(path, path === home));
  if (open) return warn('home', `${open} is open to other users.`, `Run \`chmod 700 ${open}\`.`);
  return ok('home', `${home} is writable and closed to others.`);
}

function isTooOpen(path: string, readable: boolean): boolean {
  return (statSync(path).mode & (readable ? 0o022 : 0o077)) !== 0;
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}
