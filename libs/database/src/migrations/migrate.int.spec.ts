import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';

import { startChild, type Child } from '../fixtures/child.js';
import { kinds, startStorages, type Storages } from '../fixtures/storages.js';
import { isUniqueViolation } from '../storage-error.js';
import { migrations } from './migrate.js';

const tables = [
  ...['attempts', 'auth_sessions', 'log_terminals', 'logs', 'nodes', 'refresh_tokens', 'setup_links', 'tasks'],
  ...['users', 'workspace_slots', 'workspaces'],
];

describe.each(kinds)('the schema on %s', (kind) => {
  let storages: Storages;
  const children: Child[] = [];
  beforeAll(async () => {
    storages = await startStorages(kind);
  });
  afterAll(() => storages.stop());
  afterEach(() => Promise.all(children.splice(0).map((child) => child.kill())));

  it('is made once when two processes of six services start at the same time', async () => {
    const url = await storages.newUrl();
    children.push(startChild('writer-process.ts', [url]), startChild('writer-process.ts', [url]));
    await Promise.all(children.map((child) => child.next()));
    for (const child of children) child.send('open');
    const ran = await Promise.all(children.map(async (child): Promise<unknown> => JSON.parse(await child.next())));
    const names = migrations.map(({ name }) => name);
    expect(ran.flat()).toEqual([{ migrations: names }]);
    const database = await storages.open(url);
    const rows = await database.read((manager) => manager.query<{ name: string }[]>('SELECT name FROM migrations'));
    expect(rows.map(({ name }) => name)).toEqual(names);
  });

  it('refuses a database of a newer version, and says so', async () => {
    const url = await storages.newUrl();
    const database = await storages.open(url);
    await database.write((manager) =>
      manager.query("INSERT INTO migrations (timestamp, name) VALUES (1999999999999, 'Future1999999999999')"),
    );
    await database.close();
    await expect(storages.open(url)).rejects.toMatchObject({
      code: 'storage.unavailable',
      message: expect.stringContaining('newer version of AICode Manager (Future1999999999999)'),
    });
  });

  it('can be taken back and made again', async () => {
    const url = await storages.newUrl();
    await (await storages.open(url)).close();
    const source = await new DataSource(
      kind === 'postgres'
        ? { type: 'postgres', url, migrations }
        : { type: 'sqlite', database: url.replace('sqlite:', ''), migrations },
    ).initialize();
    for (let done = 0; done < migrations.length; done += 1) await source.undoLastMigration();
    const left = kind === 'postgres' ? 'information_schema.tables' : '(SELECT name AS table_name FROM sqlite_master)';
    const found = () =>
      source.query<{ table_name: string }[]>(
        `SELECT table_name FROM ${left} WHERE table_name IN (${tables.map((name) => `'${name}'`).join()})`,
      );
    expect(await found()).toEqual([]);
    await source.runMigrations();
    expect((await found()).map((row) => row.table_name).sort()).toEqual(tables);
    await source.destroy();
  });

  it('keeps what must be unique unique, and goes with its owner', async () => {
    const database = await storages.open(await storages.newUrl());
    const run = (sql: string) => database.write((manager) => manager.query(sql));
    const taken = async (sql: string) => isUniqueViolation(await run(sql).catch((error: unknown) => error));
    const workspace = (id: string, deleted: string) =>
      `INSERT INTO workspaces (id, name, project_path, source_type, state, owner_id, node, slots, version, created_at, updated_at, deleted_at)
       VALUES ('${id}', 'web', '/p', 'empty', 'ready', 'u', 'n', 1, 1, 't', 't', ${deleted})`;
    await run(workspace('w1', "'2026'"));
    await run(workspace('w2', 'NULL'));
    expect(await taken(workspace('w3', 'NULL'))).toBe(true);

    const task = (id: string, key: string) =>
      `INSERT INTO tasks (id, workspace_id, node, command, priority, state, timeout_ms, max_attempts, session_id, created_by, idempotency_key, version, created_at, updated_at)
       VALUES ('${id}', 'w2', 'n', 'do', 1, 'pending', 1000, 3, 's', 'u', ${key}, 1, 't', 't')`;
    await run(task('t1', "'key'"));
    await run(task('t2', 'NULL'));
    await run(task('t3', 'NULL'));
    expect(await taken(task('t4', "'key'"))).toBe(true);

    const attempt = (id: string, task: string) =>
      `INSERT INTO attempts (id, task_id, number, workspace_id, slot, slot_gen, node, nonce, state, claimed_at)
       VALUES ('${id}', '${task}', 1, 'w2', 0, 1, 'n', 'nonce-${id}', 'open', 't')`;
    await run(attempt('a1', 't1'));
    expect(await taken(attempt('a2', 't1'))).toBe(true);
    await expect(run(attempt('a3', 'no-such-task'))).rejects.toThrow(/foreign key/i);

    await run("INSERT INTO log_terminals VALUES ('t1', 1, 9)");
    expect(await taken("INSERT INTO log_terminals VALUES ('t1', 1, 10)")).toBe(true);

    await run(
      "INSERT INTO users (id, username, password_hash, role, created_at) VALUES ('u', 'ann', 'h', 'admin', 't')",
    );
    await run(
      "INSERT INTO auth_sessions (id, user_id, address, created_at, last_used_at) VALUES ('s', 'u', 'a', 't', 't')",
    );
    await run("INSERT INTO refresh_tokens (token_hash, session_id, created_at) VALUES ('r', 's', 't')");
    await run("DELETE FROM users WHERE id = 'u'");
    expect(await run('SELECT * FROM refresh_tokens')).toEqual([]);
  });
});
