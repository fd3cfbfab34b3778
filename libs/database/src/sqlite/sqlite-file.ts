import { mkdir, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';

import { createPrivateFile } from '../private-file.js';
import { WriteScope } from '../write-scope.js';
import { WriteQueue } from './write-queue.js';

/**
 * What all services of a process share of one database file: its one queue of writers. Each service has connections of its
 * own, because TypeORM fixes the entities of a data source when it is made; the queue lets one of them write at a time.
 */
export interface SqliteFile {
  readonly path: string;
  readonly writes: WriteQueue;
  readonly scope: WriteScope;
  /** Settles when the first who opened the file has brought it up to date. */
  readonly prepared: Promise<void>;
  leave(): void;
}

const files = new Map<string, { file: Omit<SqliteFile, 'leave'>; users: number }>();

/** Joins the file's users in this process; the first one prepares it. */
export async function joinFile(path: string, prepare: (path: string) => Promise<void>): Promise<SqliteFile> {
  const real = await realFile(path);
  let entry = files.get(real);
  if (!entry) {
    entry = {
      file: { path: real, writes: new WriteQueue(), scope: new WriteScope(), prepared: prepare(real) },
      users: 0,
    };
    files.set(real, entry);
  }
  const joined = entry;
  joined.users += 1;
  const leave = () => {
    joined.users -= 1;
    if (joined.users === 0 && files.get(real) === joined) files.delete(real);
  };
  try {
    await joined.file.prepared;
  } catch (error) {
    leave();
    throw error;
  }
  return { ...joined.file, leave };
}

/** One name for one file, whatever links lead to it. */
async function realFile(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await createPrivateFile(path);
  return realpath(path);
}
