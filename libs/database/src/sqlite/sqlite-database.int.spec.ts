import { mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { Database } from '../database.js';
import { startChild, type Child } from '../fixtures/child.js';
import { counted, expected, logRow, mixedWrites, percentile, type Outcome } from '../fixtures/mixed-writes.js';
import { LogRow, NodeRow } from '../fixtures/rows.js';
import { startStorages, type Storages } from '../fixtures/storages.js';
import { connectSqlite } from './connect.js';

describe('writers of one SQLite file', () => {
  let storages: Storages;
  let url: string;
  const children: Child[] = [];
  const sixServices = () => Promise.all(Array.from({ length: 6 }, () => storages.open(url)));
  const found = async (database: Database) => ({
    nodes: await database.read((manager) => manager.count(NodeRow)),
    logs: (await database.read((manager) => manager.count(LogRow))) - 1,
    counted: await counted(database),
    rolledBack: await database.read((manager) => manager.countBy(NodeRow, { name: 'a-rolled-back' })),
  });

  beforeEach(async () => {
    storages = await startStorages('sqlite');
    url = await storages.newUrl();
    const database = await storages.open(url);
    await database.write((manager) => manager.insert(LogRow, logRow('counter', 0)));
  });
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()));
    await storages.stop();
  });

  it('200 of six services at once: nothing lost, nothing refused, only the rolled-back write is missing', async () => {
    const handles = await sixServices();
    const outcome = await mixedWrites(handles, 200, 'a');
    const { done, ...rows } = expected(200);
    expect(outcome).toMatchObject({ done, refused: [] });
    expect(await found(handles[0] ?? fail())).toEqual({ ...rows, rolledBack: 0 });
    report('one process', outcome);
  });

  it('200 in each of two processes at once: nothing lost, nothing refused', async () => {
    children.push(...['a', 'b'].map((label) => startChild('writer-process.ts', [url, '200', label])));
    const each = <T>(work: (child: Child) => Promise<T>) => Promise.all(children.map(work));
    await each((child) => child.next());
    for (const child of children) child.send('open');
    await each((child) => child.next());
    for (const child of children) child.send('write');
    const outcomes = await each(async (child) => JSON.parse(await child.next()) as Outcome);
    const { done, nodes, logs, counted } = expected(200);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ done, refused: [] });
      report('two processes', outcome);
    }
    const database = await storages.open(url);
    expect(await found(database)).toEqual({ nodes: nodes * 2, logs: logs * 2, counted: counted * 2, rolledBack: 0 });
  });
});

function fail(): never {
  throw new Error('nothing was opened');
}

function report(what: string, { latencies }: Outcome): void {
  const [p50, p99] = [0.5, 0.99].map((share) => percentile(latencies, share).toFixed(1));
  process.stdout.write(`200 writers, ${what}: p50 ${p50} ms, p99 ${p99} ms\n`);
}

describe('a SQLite database', () => {
  let storages: Storages;
  let url: string;
  let path: string;
  beforeEach(async () => {
    storages = await startStorages('sqlite');
    url = await storages.newUrl();
    path = url.replace('sqlite:', '');
  });
  afterEach(() => storages.stop());

  it('is for its owner only, keeps a write-ahead log and its foreign keys', async () => {
    const database = await storages.open(url);
    await database.write((manager) => manager.insert(NodeRow, { name: 'a', updated_at: '' }));
    for (const file of [path, `${path}-wal`, `${path}-shm`]) expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await database.write((manager) => manager.query('PRAGMA foreign_keys'))).toEqual([{ foreign_keys: 1 }]);
    expect(await database.read((manager) => manager.query('PRAGMA journal_mode'))).toEqual([{ journal_mode: 'wal' }]);
  });

  it('has one queue of writers, by whatever name it is opened', async () => {
    const database = await storages.open(url);
    await symlink(path, `${path}.link`);
    const linked = await storages.open(`${url}.link`);
    await expect(database.write(() => linked.write(() => Promise.resolve()))).rejects.toThrow('inside write()');
  });

  it('reads only in read()', async () => {
    const database = await storages.open(url);
    const insert = database.read((manager) => manager.insert(NodeRow, { name: 'a', updated_at: '' }));
    await expect(insert).rejects.toThrow('read() cannot write; use write().');
  });

  it('says when the disk is full, and goes on when it is not any more', async () => {
    const database = await storages.open(url);
    const fill = (pages: number) =>
      database.write(async (manager) => {
        await manager.query(`PRAGMA max_page_count = ${pages}`);
        await manager.insert(NodeRow, { name: 'big', updated_at: 'x'.repeat(1_000_000) });
      });
    await expect(fill(1)).rejects.toMatchObject({
      code: 'storage.unavailable',
      message: 'The disk of the database is full. Free some space and try again.',
    });
    await fill(100_000);
    expect(await database.read((manager) => manager.count(NodeRow))).toBe(1);
  });

  it('ends a write that holds it too long, and tells the log', async () => {
    const warnings: string[] = [];
    const log = { info: () => undefined, warn: (_fields: object, message: string) => void warnings.push(message) };
    const database = await storages.open(url, { limits: { holdMs: 1100 }, log });
    const hanging = database.write(async (manager) => {
      await manager.insert(NodeRow, { name: 'hanging', updated_at: '' });
      await new Promise(() => undefined);
    });
    const next = database.write((manager) => manager.insert(NodeRow, { name: 'next', updated_at: '' }));
    await expect(hanging).rejects.toMatchObject({ code: 'storage.busy' });
    await next;
    expect(await database.read((manager) => manager.find(NodeRow))).toEqual([{ name: 'next', updated_at: '' }]);
    expect(warnings).toEqual(['a write held the database for long']);
  });

  it('waits for another process that writes, but not for ever', async () => {
    const database = await storages.open(url, { limits: { busyMs: 50 } });
    // A connection past the queue, as that of another process is.
    const { source: other } = await connectSqlite(path, 'write');
    await other.query('BEGIN IMMEDIATE');
    await expect(database.write(() => Promise.resolve())).rejects.toMatchObject({ code: 'storage.busy' });
    const patient = await storages.open(url);
    const waiting = patient.write((manager) => manager.insert(NodeRow, { name: 'patient', updated_at: '' }));
    await other.query('COMMIT');
    await other.destroy();
    await waiting;
    expect(await database.read((manager) => manager.count(NodeRow))).toBe(1);
  });

  it('says what is wrong with a file that is none, and can be opened once it is mended', async () => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'this is not a database, and long enough to be looked at as one'.repeat(100));
    await expect(storages.open(url)).rejects.toMatchObject({ code: 'storage.unavailable' });
    await rm(path);
    const database = await storages.open(url);
    await database.ping();
  });
});
