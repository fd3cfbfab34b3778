import { setTimeout as delay } from 'node:timers/promises';

import { DataSource, type EntityManager } from 'typeorm';
import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

import type { Database, DatabaseLimits, DatabaseOptions } from '../database.js';
import { migrate, migrations } from '../migrations/migrate.js';
import { OpenCalls } from '../open-calls.js';
import { isConnectionLost, isRetryable, toStorageError } from '../storage-error.js';
import { WriteScope } from '../write-scope.js';
import { WriteQueryRunner } from './write-query-runner.js';

/** Connections of one service of one process; PostgreSQL's default is 100 for all. */
const poolSize = 5;
const connectMs = 5000;
const migrationWaitMs = 60_000;
const maxTries = 5;
/** Any number that nothing else in the database uses. */
const migrationLock = 4_710_118_231;

export async function openPostgres(url: string, options: DatabaseOptions, limits: DatabaseLimits): Promise<Database> {
  try {
    await prepare(url, options);
    const source = new DataSource({
      type: 'postgres',
      url,
      entities: [...options.entities],
      logging: false,
      poolErrorHandler: (error: unknown) => {
        options.log?.warn({ err: error }, 'an idle connection to PostgreSQL was lost');
      },
      extra: {
        max: poolSize,
        // Also the wait for a free connection of the pool.
        connectionTimeoutMillis: limits.busyMs,
        application_name: 'aicode',
        lock_timeout: limits.busyMs,
        statement_timeout: limits.holdMs,
        idle_in_transaction_session_timeout: limits.holdMs,
      },
    });
    await source.initialize();
    return database(source);
  } catch (error) {
    throw toStorageError(error);
  }
}

function database(source: DataSource): Database {
  const calls = new OpenCalls();
  const scope = new WriteScope();

  const write = async <T>(work: (manager: EntityManager) => Promise<T>): Promise<T> => {
    scope.refuseInside('write');
    for (let tries = 1; ; tries += 1) {
      try {
        return await scope.enter(() => transact(source, work));
      } catch (error) {
        if (!isRetryable(error) || tries === maxTries) throw toStorageError(error);
      }
      await delay(Math.random() * 20 * tries);
    }
  };

  const read = async <T>(work: (manager: EntityManager) => Promise<T>): Promise<T> => {
    scope.refuseInside('read');
    try {
      return await onLiveConnection(() => work(source.manager));
    } catch (error) {
      throw toStorageError(error);
    }
  };

  return {
    kind: 'postgres',
    write: (work) => calls.run(() => write(work)),
    read: (work) => calls.run(() => read(work)),
    ping: () => calls.run(() => read((manager) => manager.query('SELECT 1').then(() => undefined))),
    close: () => calls.end(() => source.destroy()),
  };
}

async function transact<T>(source: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<T> {
  const runner = await onLiveConnection(() => begin(source));
  try {
    const result = await work(runner.manager);
    await runner.commit();
    return result;
  } catch (error) {
    // A connection that is gone has rolled back by itself.
    await runner.rollback().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}

async function begin(source: DataSource): Promise<WriteQueryRunner> {
  const { driver } = source;
  if (!(driver instanceof PostgresDriver)) throw new Error('TypeORM made another driver than PostgreSQL.');
  const runner = new WriteQueryRunner(driver);
  try {
    await runner.begin();
    return runner;
  } catch (error) {
    await runner.release();
    throw error;
  }
}

/** After a restart of the server the pool still hands out connections that are dead: what changes nothing is tried on the next. */
async function onLiveConnection<T>(start: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await start();
    } catch (error) {
      if (!isConnectionLost(error) || tries > poolSize) throw error;
    }
    await delay(5 * tries);
  }
}

/** The schema, under a lock that all hosts share; it is free again when its session ends. */
async function prepare(url: string, { log }: DatabaseOptions): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    url,
    migrations,
    logging: false,
    extra: { max: 2, connectionTimeoutMillis: connectMs, lock_timeout: migrationWaitMs },
  });
  await source.initialize();
  try {
    await migrate(source, (run) => underAdvisoryLock(source, run), log);
  } finally {
    await source.destroy();
  }
}

async function underAdvisoryLock<T>(source: DataSource, run: () => Promise<T>): Promise<T> {
  const session = source.createQueryRunner();
  try {
    await session.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    try {
      return await run();
    } finally {
      await session.query('SELECT pg_advisory_unlock($1)', [migrationLock]);
    }
  } finally {
    await session.release();
  }
}
