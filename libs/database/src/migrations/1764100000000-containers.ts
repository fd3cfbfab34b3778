import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a workspace sets of its container, and what a task may cost: documents as JSON text. */
export class Containers1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE workspaces ADD COLUMN container text NOT NULL DEFAULT '{}'");
    await runner.query('ALTER TABLE tasks ADD COLUMN max_cost_usd text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tasks DROP COLUMN max_cost_usd');
    await runner.query('ALTER TABLE workspaces DROP COLUMN container');
  }
}
