import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { DomainError } from '@aicode/contracts';

const lockPollMs = 25;
const lockWaitMs = 20_000;
/** Nobody holds a lock for so long: its holder has died. */
const lockStaleMs = 30_000;

/** The text of a file; null if there is none. */
export async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null;
    throw fileProblem(path, 'read', error);
  }
}

/** Puts the text in place of the file's, whole or not at all, readable by its owner alone. Follows a link to the true file. */
export async function replaceText(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const target = await realpath(path).catch(() => path);
    const draft = `${target}.${randomBytes(6).toString('hex')}`;
    try {
      const file = await open(draft, 'wx', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, target);
    } finally {
      await rm(draft, { force: true });
    }
  } catch (error) {
    throw fileProblem(path, 'written', error);
  }
}

/** True if others than its owner may read or write the file. */
export async function isOpenToOthers(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && (found.mode & 0o077) !== 0;
}

/** Runs the work while no other process holds the lock of this file. */
export async function whileLocked<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const deadline = Date.now() + lockWaitMs;
  while (!(await take(lock))) {
    if (Date.now() > deadline) {
      throw new DomainError('internal', `Another aicli holds ${lock}. If none runs, delete that file.`);
    }
    await pause(lockPollMs);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw fileProblem(lock, 'written', error);
    const found = await stat(lock).catch(() => null);
    if (found && Date.now() - found.mtimeMs > lockStaleMs) await rm(lock, { force: true });
    return false;
  }
}

function fileProblem(path: string, verb: 'read' | 'written', error: unknown): DomainError {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new DomainError(
    'platform.start_failed',
    `${path} cannot be ${verb} (${reason}). Check its owner and mode, or set AICLI_HOME to a folder of yours.`,
  );
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
