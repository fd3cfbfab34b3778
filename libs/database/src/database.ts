import type { EntityManager, EntitySchema } from 'typeorm';

import { parseDatabaseUrl } from './database-url.js';
import { openPostgres } from './postgres/postgres-database.js';
import { openSqlite } from './sqlite/sqlite-database.js';

/**
 * SQL as a service uses it. What goes wrong in the storage itself comes as a DomainError: `storage.busy` (another try
 * makes sense) or `storage.unavailable` (somebody has to mend it). A broken constraint comes as TypeORM's
 * QueryFailedError; see isUniqueViolation.
 */
export interface Database {
  readonly kind: 'sqlite' | 'postgres';

  /**
   * One transaction: commits when `work` resolves, rolls back when it rejects. Short, and never waiting for the network
   * inside: on SQLite nobody else in the process writes meanwhile. A statement that failed ends the transaction, also if
   * `work` caught it. `work` may run again (after a deadlock), so it touches nothing but SQL. The manager is of no use
   * once `work` has ended. Not to be nested; `manager.transaction` inside is a savepoint.
   */
  write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;

  /** Reads what is committed; each statement for itself. Not inside `write`, whose manager reads too. */
  read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;

  /** Rejects if the database does not answer. */
  ping(): Promise<void>;

  /** Waits for what runs, then lets go of the database. Does nothing the second time. */
  close(): Promise<void>;
}

export type EntityClass = abstract new () => object;

/** What the database tells the log; a pino logger fits. */
export interface StorageLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface DatabaseLimits {
  /** How long a write may wait for its turn in this process (milliseconds). */
  turnMs: number;
  /** How long it may wait for another process that writes (milliseconds). */
  busyMs: number;
  /** How long its transaction may last (milliseconds). */
  holdMs: number;
}

export interface DatabaseOptions {
  /** `sqlite:/absolute/path.db` or `postgres://…` */
  url: string;
  /** The tables that this service works with. */
  entities: readonly (EntityClass | EntitySchema)[];
  log?: StorageLog | undefined;
  limits?: Partial<DatabaseLimits> | undefined;
}

const defaultLimits: DatabaseLimits = { turnMs: 30_000, busyMs: 10_000, holdMs: 30_000 };

/** Opens a database and brings its schema up to date, once, whoever else opens it at the same time. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const limits = { ...defaultLimits, ...options.limits };
  const target = parseDatabaseUrl(options.url);
  return target.kind === 'sqlite'
    ? openSqlite(target.path, options, limits)
    : openPostgres(target.url, options, limits);
}
