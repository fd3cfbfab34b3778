import type { EntityManager } from 'typeorm';

import type { Database, DatabaseLimits, DatabaseOptions } from '../database.js';
import { acquireFileLock } from '../file-lock.js';
import { migrate, migrations } from '../migrations/migrate.js';
import { OpenCalls } from '../open-calls.js';
import { driverCode, toStorageError } from '../storage-error.js';
import { connectSqlite, type SqliteConnection } from './connect.js';
import { joinFile, type SqliteFile } from './sqlite-file.js';
import { transact } from './transact.js';
import { WriteQueryRunner } from './write-query-runner.js';

const migrationWaitMs = 60_000;
/** A write that holds everybody else up for so long is worth a line in the log. */
const slowMs = 1000;

export async function openSqlite(path: string, options: DatabaseOptions, limits: DatabaseLimits): Promise<Database> {
  try {
    const file = await joinFile(path, (real) => prepare(real, options));
    let writer: SqliteConnection | undefined;
    try {
      writer = await connectSqlite(file.path, 'write', options.entities);
      const reader = await connectSqlite(file.path, 'read', options.entities);
      return database(file, writer, reader, options, limits);
    } catch (error) {
      await writer?.source.destroy();
      file.leave();
      throw error;
    }
  } catch (error) {
    throw toStorageError(error);
  }
}

function database(
  file: SqliteFile,
  writer: SqliteConnection,
  reader: SqliteConnection,
  { log }: DatabaseOptions,
  limits: DatabaseLimits,
): Database {
  const calls = new OpenCalls();

  const writeInTurn = async <T>(work: (manager: EntityManager) => Promise<T>): Promise<T> => {
    file.scope.refuseInside('write');
    const asked = performance.now();
    let begun = asked;
    const turn = () => {
      begun = performance.now();
      return file.scope.enter(() => transact(new WriteQueryRunner(writer.driver), work, limits));
    };
    try {
      return await file.writes.run(turn, limits.turnMs);
    } catch (error) {
      throw toStorageError(error);
    } finally {
      const tookMs = Math.round(performance.now() - begun);
      const waitedMs = Math.round(begun - asked);
      if (tookMs > slowMs) log?.warn({ took_ms: tookMs, waited_ms: waitedMs }, 'a write held the database for long');
    }
  };

  const readCommitted = async <T>(work: (manager: EntityManager) => Promise<T>): Promise<T> => {
    file.scope.refuseInside('read');
    try {
      return await work(reader.source.manager);
    } catch (error) {
      if (driverCode(error) === 'SQLITE_READONLY')
        throw new Error('read() cannot write; use write().', { cause: error });
      throw toStorageError(error);
    }
  };

  return {
    kind: 'sqlite',
    write: (work) => calls.run(() => writeInTurn(work)),
    read: (work) => calls.run(() => readCommitted(work)),
    ping: () => calls.run(() => readCommitted((manager) => manager.query('SELECT 1').then(() => undefined))),
    close: () =>
      calls.end(async () => {
        await reader.source.destroy();
        await writer.source.destroy();
        file.leave();
      }),
  };
}

/** WAL and the schema, under a lock that all processes share. */
async function prepare(path: string, { log }: DatabaseOptions): Promise<void> {
  const lock = await acquireFileLock(`${path}.lock`, { wait: migrationWaitMs });
  try {
    const { source } = await connectSqlite(path, 'migrate', [], migrations);
    try {
      await migrate(source, (run) => run(), log);
    } finally {
      await source.destroy();
    }
  } finally {
    await lock.release();
  }
}
