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
  const open = [home, secretsDir].find((path) => othersCan(path) !== undefined);
  if (open) {
    return warn('home', `${open} is open to other users, who can ${othersCan(open)}.`, `Run \`chmod 700 ${open}\`.`);
  }
  return ok('home', `${home} is writable and closed to others.`);
}

/** What its mode lets the group or everybody do in a folder; undefined if nothing, or if there is no such folder. */
function othersCan(path: string): string | undefined {
  const mode = existsSync(path) ? statSync(path).mode : 0;
  if ((mode & 0o022) !== 0) return 'write in it';
  return (mode & 0o055) === 0 ? undefined : 'look inside';
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}
