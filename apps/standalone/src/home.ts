import { accessSync, chmodSync, constants, mkdirSync, statSync } from 'node:fs';

import { DomainError } from '@aicode/contracts';

/**
 * Makes the home and what it needs. Secrets and sockets live below it, so nobody else may write there, nor look inside what the
 * platform keeps to itself; a home that is too open is closed, as far as it is ours.
 * @throws DomainError platform.start_failed
 */
export function claimHome(home: string, privateFolders: string[]): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    for (const folder of privateFolders) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if ((statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
    }
    const { mode } = statSync(home);
    if ((mode & 0o022) !== 0) chmodSync(home, mode & 0o7755);
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new DomainError(
      'platform.start_failed',
      `The platform can't use its home ${home} (${reasonOf(error)}). Give it to the platform's user, or set AICLI_HOME to a folder of yours.`,
    );
  }
}

function reasonOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : String(error);
}
