import { AsyncLocalStorage } from 'node:async_hooks';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';

import type { Database } from './database.js';
import { logRow } from './fixtures/mixed-writes.js';
import { LogRow, NodeRow } from './fixtures/rows.js';
import { kinds, startStorages, type Storages } from './fixtures/storages.js';
import { isUniqueViolation } from './storage-error.js';

/** Runs something as another request would, outside of the write that is open. */
const besideWrites = AsyncLocalStorage.snapshot();
const node = (name: string): NodeRow => ({ name, updated_at: '' });

describe.each(kinds)('a database on %s', (kind) => {
  let storages: Storages;
  let url: string;
  let database: Database;
  const names = async () => {
    const rows = await database.read((manager) => manager.find(NodeRow, { order: { name: 'ASC' } }));
    return rows.map(({ name }) => name);
  };

  beforeAll(async () => {
    storages = await startStorages(kind);
    url = await storages.newUrl();
    database = await storages.open(url);
  });
  afterAll(() => storages.stop());
  beforeEach(() => database.write((manager) => manager.deleteAll(NodeRow).then(() => undefined)));

  it('creates, reads, updates and deletes', async () => {
    expect(database.kind).toBe(kind);
    await database.ping();
    const answer = await database.write(async (manager) => {
      await manager.save(LogRow, [logRow('t', 1), logRow('t', 2)]);
      await manager.upsert(LogRow, logRow('t', 2, 7), ['task_id', 'seq']);
      await manager.update(LogRow, { task_id: 't', seq: 1 }, { message: 'it’s 🌍\t"quoted"' });
      await manager.increment(LogRow, { task_id: 't', seq: 1 }, 'attempt', 3);
      return manager.countBy(LogRow, { task_id: 't' });
    });
    expect(answer).toBe(2);
    const [first, second] = await database.read((manager) => manager.find(LogRow, { order: { seq: 'ASC' } }));
    expect(first).toEqual({ ...logRow('t', 1, 3), message: 'it’s 🌍\t"quoted"' });
    expect(second).toEqual(logRow('t', 2, 7));
    const { affected } = await database.write((manager) => manager.delete(LogRow, { task_id: 't' }));
    expect(affected).toBe(2);
  });

  it('orders text by its bytes, as ids and times need it', async () => {
    await database.write((manager) => manager.insert(NodeRow, ['b', 'a-b', 'ab', 'B', 'é', 'a_b'].map(node)));
    expect(await names()).toEqual(['B', 'a-b', 'a_b', 'ab', 'b', 'é']);
  });

  it('rolls back all of a write that rejects', async () => {
    const failing = database.write(async (manager) => {
      await manager.insert(NodeRow, node('a'));
      await manager.save(NodeRow, node('b'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await names()).toEqual([]);
  });

  it('shows readers nothing before the commit', async () => {
    await database.write(async (manager) => {
      await manager.insert(NodeRow, node('a'));
      expect(await besideWrites(names)).toEqual([]);
    });
    expect(await names()).toEqual(['a']);
  });

  it('refuses to nest, with a sentence and without waiting for itself', async () => {
    await expect(database.write(() => database.write(() => Promise.resolve()))).rejects.toThrow(
      'write() was called inside write()',
    );
    await expect(database.write(() => names())).rejects.toThrow('read() was called inside write()');
    const later = await database.write(() =>
      Promise.resolve({ start: () => database.write(() => Promise.resolve(1)) }),
    );
    expect(await later.start()).toBe(1);
  });

  it('keeps what a savepoint inside did not undo', async () => {
    await database.write(async (manager) => {
      await manager.insert(NodeRow, node('kept'));
      const inner = manager.transaction(async (nested) => {
        await nested.insert(NodeRow, node('undone'));
        await nested.insert(NodeRow, node('kept'));
      });
      await expect(inner).rejects.toThrow();
      await manager.transaction((nested) => nested.insert(NodeRow, node('nested')));
    });
    expect(await names()).toEqual(['kept', 'nested']);
  });

  it('does not commit after a failed statement, also if the work has caught it', async () => {
    await database.write((manager) => manager.insert(NodeRow, node('taken')));
    const write = database.write(async (manager) => {
      await manager.insert(NodeRow, node('lost'));
      await manager.insert(NodeRow, node('taken')).catch(() => undefined);
    });
    const error: unknown = await write.catch((reason: unknown) => reason);
    expect(isUniqueViolation(error)).toBe(true);
    expect(await names()).toEqual(['taken']);
  });

  it('lets nothing through the manager of a write that has ended', async () => {
    let escaped: EntityManager | undefined;
    await database.write((manager) => {
      escaped = manager;
      return Promise.resolve();
    });
    await expect(escaped?.insert(NodeRow, node('late'))).rejects.toThrow();
    expect(await names()).toEqual([]);
  });

  it('finishes statements that nobody awaited before it rolls back', async () => {
    const write = database.write(async (manager) => {
      const failing = manager.query('SELECT * FROM no_such_table');
      const floating = manager.insert(NodeRow, node('floating')).catch(() => undefined);
      await Promise.all([failing, floating]);
    });
    await expect(write).rejects.toThrow(/no_such_table/);
    await database.write((manager) => manager.insert(NodeRow, node('next')));
    expect(await names()).toEqual(['next']);
  });

  it('leaves the end of the transaction to write()', async () => {
    const commit = database.write((manager) => manager.queryRunner?.commitTransaction() ?? Promise.resolve());
    await expect(commit).rejects.toThrow('commits when the work of write() resolves');
    const rollback = database.write((manager) => manager.queryRunner?.rollbackTransaction() ?? Promise.resolve());
    await expect(rollback).rejects.toThrow('rolled back by throwing');
  });

  it('waits for running calls when it closes, then refuses', async () => {
    const other = await storages.open(url);
    const running = other.write((manager) => manager.insert(NodeRow, node('last')));
    const closed = other.close();
    await expect(other.write(() => Promise.resolve())).rejects.toMatchObject({ code: 'storage.unavailable' });
    await running;
    await closed;
    await other.close();
    expect(await names()).toEqual(['last']);
  });
});
