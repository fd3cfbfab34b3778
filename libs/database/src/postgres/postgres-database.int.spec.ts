import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Database } from '../database.js';
import { logRow, percentile } from '../fixtures/mixed-writes.js';
import { LogRow, NodeRow } from '../fixtures/rows.js';
import { startStorages, type Storages } from '../fixtures/storages.js';

describe('a PostgreSQL database', () => {
  let storages: Storages;
  let url: string;
  let database: Database;
  const warnings: string[] = [];
  let warned = (): void => undefined;
  const log = {
    info: () => undefined,
    warn: (_fields: object, message: string) => {
      warnings.push(message);
      warned();
    },
  };
  beforeAll(async () => {
    storages = await startStorages('postgres');
    url = await storages.newUrl();
    database = await storages.open(url, { log });
  });
  afterAll(() => storages.stop());

  it('200 writers of six services at once: nothing lost, nothing refused, only the rolled-back write is missing', async () => {
    const handles = await Promise.all(Array.from({ length: 6 }, () => storages.open(url)));
    await database.write((manager) => manager.insert(LogRow, logRow('counter', 0)));
    const latencies: number[] = [];
    const writers = Array.from({ length: 200 }, async (_, i) => {
      const begun = performance.now();
      const written = handles[i % 6]?.write(async (manager) => {
        await manager.insert(NodeRow, { name: `n${i}`, updated_at: '' });
        if (i % 2 === 0) await manager.increment(LogRow, { task_id: 'counter' }, 'attempt', 1);
        if (i === 100) throw new Error('changed my mind');
      });
      await (i === 100 ? expect(written).rejects.toThrow('changed my mind') : written);
      latencies.push(performance.now() - begun);
    });
    await Promise.all(writers);
    expect(await database.read((manager) => manager.count(NodeRow))).toBe(199);
    expect(await database.read((manager) => manager.findOneBy(LogRow, { seq: 0 }))).toMatchObject({ attempt: 99 });
    latencies.sort((a, b) => a - b);
    const [p50, p99] = [0.5, 0.99].map((share) => percentile(latencies, share).toFixed(1));
    process.stdout.write(`200 writers, PostgreSQL: p50 ${p50} ms, p99 ${p99} ms\n`);
  });

  it('runs a write again that a deadlock has ended', async () => {
    await database.write((manager) => manager.insert(LogRow, [logRow('deadlock', 1), logRow('deadlock', 2)]));
    let tries = 0;
    let holding = 0;
    let bothHold = (): void => undefined;
    const crossed = new Promise<void>((resolve) => (bothHold = resolve));
    const take = (first: number, second: number) =>
      database.write(async (manager) => {
        tries += 1;
        await manager.increment(LogRow, { task_id: 'deadlock', seq: first }, 'attempt', 1);
        holding += 1;
        if (holding === 2) bothHold();
        await crossed;
        await manager.increment(LogRow, { task_id: 'deadlock', seq: second }, 'attempt', 1);
      });
    await Promise.all([take(1, 2), take(2, 1)]);
    expect(tries).toBe(3);
    const rows = await database.read((manager) => manager.findBy(LogRow, { task_id: 'deadlock' }));
    expect(rows.map(({ attempt }) => attempt)).toEqual([2, 2]);
  });

  it('says that the server has gone, and works again when it is back', async () => {
    const cut = (manager: Parameters<Parameters<Database['write']>[0]>[0]) =>
      manager.query('SELECT pg_terminate_backend(pg_backend_pid())');
    await expect(database.write(cut)).rejects.toMatchObject({ code: 'storage.unavailable' });
    await database.write((manager) => manager.insert(NodeRow, { name: 'back', updated_at: '' }));
    await expect(database.read(cut)).rejects.toMatchObject({ code: 'storage.unavailable' });
    await database.ping();
  });

  it('survives the loss of connections that nobody uses, and tells the log', async () => {
    await database.ping();
    const lost = new Promise<void>((resolve) => (warned = resolve));
    const other = await storages.open(url);
    await other.read((manager) =>
      manager.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()'),
    );
    await lost;
    expect(warnings).toContain('an idle connection to PostgreSQL was lost');
    await database.ping();
  });

  it('waits for a lock only so long', async () => {
    const impatient = await storages.open(url, { limits: { busyMs: 100 } });
    await database.write((manager) => manager.insert(NodeRow, { name: 'locked', updated_at: '' }));
    let locked = (): void => undefined;
    let finish = (): void => undefined;
    const isLocked = new Promise<void>((resolve) => (locked = resolve));
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const holder = database.write(async (manager) => {
      await manager.update(NodeRow, { name: 'locked' }, { updated_at: 'held' });
      locked();
      await finished;
    });
    await isLocked;
    const waiting = impatient.write((manager) => manager.update(NodeRow, { name: 'locked' }, { updated_at: 'x' }));
    await expect(waiting).rejects.toMatchObject({ code: 'storage.busy' });
    finish();
    await holder;
  });

  it.each([
    ['another password', (of: string) => of.replace(/postgres:[0-9a-f]+@/, 'postgres:wrong@'), 'refused the password'],
    ['a missing database', (of: string) => `${of}_missing`, 'does not exist'],
    ['a closed port', () => 'postgres://postgres@127.0.0.1:1/none', 'cannot be reached'],
  ])('says what is wrong with the URL: %s', async (_what, change, message) => {
    await expect(storages.open(change(url))).rejects.toMatchObject({
      code: 'storage.unavailable',
      message: expect.stringContaining(message),
    });
  });
});
