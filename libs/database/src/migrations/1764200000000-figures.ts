import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The dashboard asks what changed last, what ended since this morning and what that cost. */
export class Figures1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX tasks_updated ON tasks (updated_at)');
    await runner.query('CREATE INDEX tasks_ended ON tasks (ended_at)');
    await runner.query('CREATE INDEX attempts_ended ON attempts (ended_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of ['attempts_ended', 'tasks_ended', 'tasks_updated']) await runner.query(`DROP INDEX ${index}`);
  }
}
