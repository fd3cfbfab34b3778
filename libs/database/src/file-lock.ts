import { setTimeout as delay } from 'node:timers/promises';

import { DomainError } from '@aicode/contracts';
import sqlite3 from 'sqlite3';

import { createPrivateFile } from './private-file.js';
import { isBusy, toStorageError } from './storage-error.js';

/**
 * A lock that its holder cannot leave behind: a SQLite file in an exclusive transaction, so that the system drops the lock
 * with the process, also by kill -9. For one host, and not for NFS. The file stays, empty; never open or delete it:
 * closing it in the holder's process would drop the lock.
 */
export interface FileLock {
  readonly path: string;
  /** Does nothing the second time. */
  release(): Promise<void>;
}

export interface FileLockOptions {
  /** How long to wait for the holder (milliseconds); 10 s if not given. */
  wait?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** Keeps the connections of held locks alive: one that is garbage collected is closed, and its lock gone. */
const held = new Set<sqlite3.Database>();

/** Waits for a lock. Rejects with `storage.busy` when the time is up, or with the signal's reason. */
export async function acquireFileLock(path: string, options: FileLockOptions = {}): Promise<FileLock> {
  const wait = options.wait ?? 10_000;
  const deadline = performance.now() + wait;
  for (;;) {
    options.signal?.throwIfAborted();
    const lock = await tryAcquireFileLock(path);
    if (lock) return lock;
    if (performance.now() >= deadline) {
      throw new DomainError('storage.busy', `Another process has held ${path} for over ${wait} ms.`, {
        retry_after_s: 1,
      });
    }
    // The system tells nobody when a lock becomes free.
    await delay(10 + Math.random() * 20, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

/** Takes a lock, or answers null at once if somebody holds it, this process included. */
export async function tryAcquireFileLock(path: string): Promise<FileLock | null> {
  try {
    await createPrivateFile(path);
    const database = await openFile(path);
    try {
      database.configure('busyTimeout', 0);
      await settle((done) => database.exec('BEGIN EXCLUSIVE', done));
    } catch (error) {
      await settle((done) => database.close(done));
      if (isBusy(error)) return null;
      throw error;
    }
    return hold(path, database);
  } catch (error) {
    throw toStorageError(error);
  }
}

function hold(path: string, database: sqlite3.Database): FileLock {
  held.add(database);
  return {
    path,
    release: async () => {
      if (held.delete(database)) await settle((done) => database.close(done));
    },
  };
}

async function openFile(path: string): Promise<sqlite3.Database> {
  let database: sqlite3.Database | undefined;
  await settle((done) => {
    database = new sqlite3.Database(path, sqlite3.OPEN_READWRITE, done);
  });
  if (!database) throw new Error(`${path} could not be opened.`);
  return database;
}

function settle(start: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error ? reject(error) : resolve()));
  });
}
