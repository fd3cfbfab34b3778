import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isNativeError } from 'node:util/types';

import { DomainError } from '@aicode/contracts';

/**
 * Reads a secret file, or makes it (mode 0600) if there is none. Of several processes that make it at once one wins, and
 * all get the winner's bytes: the file appears under its name only when it is complete and on disk.
 */
export async function readOrCreateSecret(path: string, make: () => string | Buffer): Promise<Buffer> {
  const found = await readSecret(path);
  if (found) return found;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeDurably(draft, make());
    await link(draft, path).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(path);
}

async function readSecret(path: string): Promise<Buffer | undefined> {
  const content = await readFile(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (content?.length === 0) {
    throw new DomainError(
      'config.invalid',
      `The secret file ${path} is empty. Restore it, or delete it for a new one.`,
    );
  }
  return content;
}

async function writeDurably(path: string, content: string | Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return isNativeError(error) && 'code' in error && error.code === code;
}
