import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';

import { StatementWatch } from '../statement-watch.js';

/** One transaction on a connection of the pool. */
export class WriteQueryRunner extends PostgresQueryRunner {
  private readonly statements = new StatementWatch();

  constructor(driver: PostgresDriver) {
    super(driver, 'master');
    this.manager = driver.connection.createEntityManager(this);
  }

  override query(
    sql: string,
    parameters?: unknown[],
    useStructuredResult?: boolean,
  ): ReturnType<PostgresQueryRunner['query']> {
    return this.statements.run(() => super.query(sql, parameters, useStructuredResult));
  }

  async begin(): Promise<void> {
    await super.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    this.isTransactionActive = true;
    this.transactionDepth = 1;
  }

  /** Commits, or rejects if a statement has failed: PostgreSQL would answer a COMMIT with a silent rollback. */
  async commit(): Promise<void> {
    await this.statements.end();
    this.statements.refuseAfterFailure();
    await super.query('COMMIT');
    this.isTransactionActive = false;
  }

  async rollback(): Promise<void> {
    await this.statements.end();
    if (this.isTransactionActive) await super.query('ROLLBACK');
    this.isTransactionActive = false;
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
}
