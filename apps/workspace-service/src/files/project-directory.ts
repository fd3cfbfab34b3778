import { chmod, chown, mkdir } from 'node:fs/promises';

import { DomainError } from '@aicode/contracts';

/**
 * Makes a project, or a place for one, for its user alone: `sandboxUid` where the platform is root, else ourselves. May be
 * called again. @throws DomainError storage.unavailable
 */
export async function makeProject(path: string, sandboxUid: number): Promise<void> {
  await sayingWhy(async () => {
    await mkdir(path, { mode: 0o700 }).catch(unlessThere);
    await give(path, sandboxUid);
  });
}

/** Others may pass through it, to the project that is theirs, but not look around. */
export async function makePassage(path: string): Promise<void> {
  await sayingWhy(async () => {
    await mkdir(path).catch(unlessThere);
    await chmod(path, 0o711);
  });
}

async function give(path: string, sandboxUid: number): Promise<void> {
  await chmod(path, 0o700);
  if (process.getuid?.() === 0) await chown(path, sandboxUid, sandboxUid);
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

const reasons: Record<string, string> = {
  ENOSPC: 'the disk is full. Free some space and try again.',
  EDQUOT: 'the disk quota of the platform is used up. Free some space and try again.',
  EROFS: 'the file system is read-only.',
  EACCES: 'AICLI_HOME does not belong to the user that runs the platform.',
  EPERM: 'AICLI_HOME does not belong to the user that runs the platform.',
  ENOENT: 'AICLI_HOME is gone. Restart the platform.',
};

/** The host's paths are nobody's business: what goes wrong is said without them. */
async function sayingWhy(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why = reasons[code] ?? `the file system answers ${code || 'with an error'}.`;
    throw new DomainError(
      'storage.unavailable',
      `The directory of the workspace could not be made: ${why}`,
      {},
      { cause: error },
    );
  }
}
