import { SqliteDriver } from 'typeorm/driver/sqlite/SqliteDriver.js';
import { SqliteQueryRunner } from 'typeorm/driver/sqlite/SqliteQueryRunner.js';

import { StatementWatch } from '../statement-watch.js';

/**
 * One transaction on the writer's connection. TypeORM's own runner emits a deferred BEGIN, which makes read-then-write fail
 * at once when another process has written meanwhile, whatever the busy timeout; and it is shared by everybody.
 */
export class WriteQueryRunner extends SqliteQueryRunner {
  private readonly statements = new StatementWatch();

  constructor(driver: SqliteDriver) {
    super(driver);
    this.manager = driver.connection.createEntityManager(this);
  }

  override query(
    sql: string,
    parameters?: unknown[],
    useStructuredResult?: boolean,
  ): ReturnType<SqliteQueryRunner['query']> {
    return this.statements.run(() => super.query(sql, parameters, useStructuredResult));
  }

  /** Rejects with SQLITE_BUSY while another process writes. */
  async begin(): Promise<void> {
    try {
      await super.query('BEGIN IMMEDIATE');
    } catch (error) {
      // A rollback has failed before, on a broken disk: without this the connection would never write again.
      if (!/within a transaction/.test(String(error))) throw error;
      await super.query('ROLLBACK');
      await super.query('BEGIN IMMEDIATE');
    }
    this.isTransactionActive = true;
    this.transactionDepth = 1;
  }

  /** Commits, or rolls back and rejects if a statement has failed. */
  async commit(): Promise<void> {
    await this.statements.end();
    this.statements.refuseAfterFailure();
    await super.query('COMMIT');
    this.leave();
  }

  async rollback(): Promise<void> {
    await this.statements.end();
    // SQLite may have rolled back by itself; then there is nothing left to do.
    await super.query('ROLLBACK').catch(() => undefined);
    this.leave();
  }

  /** Of a savepoint: the transaction itself is not the work's to end. */
  override async commitTransaction(): Promise<void> {
    if (this.transactionDepth <= 1) throw new Error('A transaction commits when the work of write() resolves.');
    await super.commitTransaction();
  }

  /** Of a savepoint. */
  override async rollbackTransaction(): Promise<void> {
    if (this.transactionDepth <= 1) throw new Error('A transaction is rolled back by throwing out of write().');
    await super.query(`ROLLBACK TO SAVEPOINT typeorm_${this.transactionDepth - 1}`);
    this.transactionDepth -= 1;
    this.statements.forgiven();
  }

  private leave(): void {
    this.isTransactionActive = false;
    this.transactionDepth = 0;
    this.isReleased = true;
  }
}
