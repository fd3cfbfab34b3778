import { open } from 'node:fs/promises';

import { driverCode } from './storage-error.js';

/**
 * Makes an empty file for its owner only; SQLite gives its companions the same mode. A file that is there is not even
 * opened: closing it would drop the locks that SQLite holds on it in this process.
 */
export async function createPrivateFile(path: string): Promise<void> {
  try {
    await (await open(path, 'wx', 0o600)).close();
  } catch (error) {
    if (driverCode(error) !== 'EEXIST') throw error;
  }
}
