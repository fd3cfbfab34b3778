import { randomBytes } from 'node:crypto';
import { open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { LoginRequest } from '@aicode/contracts';
import { readOrCreateSecret } from '@aicode/service-kit';

export const localAdminName = 'admin';

/** What the file of the local administrator holds: a LoginRequest as JSON. */
export interface AdminCredential {
  username: string;
  password: string;
}

/**
 * The credential of a local administrator who does not exist in SQL yet: the one that an earlier start left (it ended
 * before its row was written), else a new one. Two processes that ask at once get the same.
 * What is in the file but fits nothing, or was readable by others, is replaced.
 */
export async function readOrMakeAdminCredential(path: string): Promise<AdminCredential> {
  if (await emptyOrOpen(path)) await rm(path, { force: true });
  let credential = parse(await readOrCreateSecret(path, newCredential));
  if (credential === undefined) {
    await rm(path, { force: true });
    credential = parse(await readOrCreateSecret(path, newCredential));
  }
  if (credential === undefined) throw new Error(`${path} is being changed by somebody else`);
  await syncDirectory(dirname(path));
  return credential;
}

function newCredential(): string {
  const credential: AdminCredential = {
    username: localAdminName,
    password: randomBytes(32).toString('base64url'),
  };
  return `${JSON.stringify(credential)}\n`;
}

function parse(content: Buffer): AdminCredential | undefined {
  let value: unknown;
  try {
    value = JSON.parse(content.toString('utf8'));
  } catch {
    return undefined;
  }
  const credential = LoginRequest.safeParse(value);
  return credential.success && credential.data.username === localAdminName ? credential.data : undefined;
}

async function emptyOrOpen(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && (found.size === 0 || (found.mode & 0o077) !== 0);
}

/** The file's name must be on disk before the row that needs it is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
