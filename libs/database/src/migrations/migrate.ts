import { DomainError } from '@aicode/contracts';
import { MigrationExecutor, type DataSource } from 'typeorm';

import type { StorageLog } from '../database.js';
import { Initial1764028800000 } from './1764028800000-initial.js';
import { Containers1764100000000 } from './1764100000000-containers.js';
import { Figures1764200000000 } from './1764200000000-figures.js';

/** In the order in which they run. A migration that has been released never changes; a new one follows it. */
export const migrations = [Initial1764028800000, Containers1764100000000, Figures1764200000000];

/** Brings a schema up to date inside of `exclusively`; asks for it only if there is something to do. */
export async function migrate(
  source: DataSource,
  exclusively: <T>(run: () => Promise<T>) => Promise<T>,
  log?: StorageLog,
): Promise<void> {
  const executor = new MigrationExecutor(source);
  const known = new Set(migrations.map((migration) => migration.name));
  const done = (await executor.getExecutedMigrations()).map((migration) => migration.name);
  const newer = done.filter((name) => !known.has(name));
  if (newer.length > 0) {
    throw new DomainError(
      'storage.unavailable',
      `The database was made by a newer version of AICode Manager (${newer.join(', ')}). Install that version, or restore a backup.`,
    );
  }
  if (done.length === known.size) return;
  const ran = await exclusively(() => source.runMigrations({ transaction: 'each' }));
  if (ran.length > 0) log?.info({ migrations: ran.map(({ name }) => name) }, 'the database schema is up to date');
}
