import sqlite3 from 'sqlite3';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { SqliteDriver } from 'typeorm/driver/sqlite/SqliteDriver.js';

import type { DatabaseOptions } from '../database.js';

export interface SqliteConnection {
  source: DataSource;
  driver: SqliteDriver;
}

type Role = 'write' | 'read' | 'migrate';

/** How long SQLite itself waits for a lock, on a thread of libuv: short for the writer, who waits outside. */
const busyTimeoutMs: Record<Role, number> = { write: 20, read: 5000, migrate: 5000 };

/** Bytes to which a grown WAL is cut back. */
const walLimit = 64 * 1024 ** 2;

export async function connectSqlite(
  path: string,
  role: Role,
  entities: DatabaseOptions['entities'] = [],
  migrations: NonNullable<DataSourceOptions['migrations']> = [],
): Promise<SqliteConnection> {
  const source = new DataSource({
    type: 'sqlite',
    database: path,
    entities: [...entities],
    migrations,
    busyTimeout: busyTimeoutMs[role],
    logging: false,
  });
  await source.initialize();
  const { driver } = source;
  if (!(driver instanceof SqliteDriver)) throw new Error('TypeORM made another driver than SQLite.');
  const connection: unknown = driver.databaseConnection;
  // Statements of one connection run one by one anyway; unserialised, each waiting one would hold a thread of libuv.
  if (connection instanceof sqlite3.Database) connection.serialize();
  if (role === 'migrate') await source.query('PRAGMA journal_mode = WAL');
  if (role === 'write') await source.query(`PRAGMA journal_size_limit = ${walLimit}`);
  if (role === 'read') await source.query('PRAGMA query_only = ON');
  return { source, driver };
}
