import { newId, type Actor } from '@aicode/contracts';
import { isUniqueViolation, openDatabase, type Database } from '@aicode/database';
import { startPostgres, tempDir, type RunningPostgres, type TempDir } from '@aicode/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { admin, alice, bob } from '../fixtures/workspace-stack.js';
import { WorkspaceEntity } from './workspace.entity.js';
import { changeWorkspace, findWorkspace, listUnsettled, listWorkspaces } from './workspaces.repository.js';

let dir: TempDir;
let postgres: RunningPostgres;
beforeAll(async () => {
  [dir, postgres] = await Promise.all([tempDir('ws-sql'), startPostgres()]);
});
afterAll(async () => {
  await postgres?.stop();
  await dir?.remove();
});

let clock = Date.parse('2026-01-01');

function row(name: string, owner: Actor, more: Partial<WorkspaceEntity> = {}): WorkspaceEntity {
  const time = new Date((clock += 1)).toISOString();
  return {
    id: newId('workspace'),
    name,
    project_path: '/srv/p',
    source_type: 'empty',
    source_url: null,
    source_branch: null,
    state: 'ready',
    state_reason: null,
    owner_id: owner.user_id ?? '',
    node: 'local',
    slots: 1,
    container: {},
    version: 1,
    created_at: time,
    updated_at: time,
    deleted_at: null,
    ...more,
  };
}

describe.each([
  ['sqlite', () => Promise.resolve(`sqlite:${dir.path}/ws.db`)],
  ['postgres', () => postgres.newDatabase()],
])('workspaces in %s', (_, newUrl) => {
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase({ url: await newUrl(), entities: [WorkspaceEntity] });
  });
  afterAll(() => database?.close());
  beforeEach(() => database.write((manager) => manager.query('DELETE FROM workspaces')));

  const insert = async (given: WorkspaceEntity): Promise<WorkspaceEntity> => {
    await database.write((manager) => manager.insert(WorkspaceEntity, given));
    return given;
  };
  const change = (given: WorkspaceEntity, changes: Parameters<typeof changeWorkspace>[2]) =>
    database.write((manager) => changeWorkspace(manager, given, changes, new Date()));

  it('have a name once per owner among those that are not deleted', async () => {
    const first = await insert(row('one', alice));
    const again: unknown = await insert(row('one', alice)).catch((error: unknown) => error);
    expect(isUniqueViolation(again)).toBe(true);
    await insert(row('one', bob));
    await change(first, { deleted_at: new Date().toISOString() });
    await expect(insert(row('one', alice))).resolves.toMatchObject({ name: 'one' });
  });

  it('change once per version, whoever else tries', async () => {
    const made = await insert(row('one', alice));
    const tries = await Promise.all(Array.from({ length: 8 }, (_, n) => change(made, { state_reason: `by ${n}` })));
    const winners = tries.filter((result) => result !== null);
    expect(winners).toHaveLength(1);
    const now = await database.read((manager) => findWorkspace(manager, made.id, alice));
    expect(now).toEqual({ ...winners[0] });
    expect(now).toMatchObject({ version: 2, name: 'one' });
  });

  it('are listed newest first, as far as the actor may see', async () => {
    const rows = [row('a', alice), row('b', bob), row('c', alice), row('d', alice, { deleted_at: 'x' })];
    for (const given of rows) await insert(given);
    const list = (actor: Actor, more: { before?: string; name?: string } = {}) =>
      database.read(async (manager) =>
        (await listWorkspaces(manager, { limit: 10, ...more }, actor)).map(({ name }) => name),
      );
    expect(await list(alice)).toEqual(['c', 'a']);
    expect(await list(admin)).toEqual(['c', 'b', 'a']);
    expect(await list(admin, { before: rows[2]?.id ?? '' })).toEqual(['b', 'a']);
    expect(await list(admin, { name: 'b' })).toEqual(['b']);
  });

  it('are found deleted only if asked for', async () => {
    const { id } = await insert(row('gone', alice, { deleted_at: 'x' }));
    const find = (options?: { deleted: boolean }) =>
      database.read((manager) => findWorkspace(manager, id, alice, options));
    await expect(find()).rejects.toMatchObject({ code: 'workspace.not_found' });
    await expect(find({ deleted: true })).resolves.toMatchObject({ id });
  });

  it('that wait for the platform are found, the longest untouched first', async () => {
    const first = await insert(row('a', alice, { state: 'creating' }));
    const second = await insert(row('b', alice, { state: 'deleting' }));
    await insert(row('c', alice, { state: 'failed' }));
    await insert(row('e', alice, { state: 'creating', node: 'elsewhere' }));
    await insert(row('d', alice, { state: 'deleting', deleted_at: 'x' }));
    const ids = async () =>
      database.read(async (manager) => (await listUnsettled(manager, 'local')).map(({ id }) => id));
    expect(await ids()).toEqual([first.id, second.id]);
    await change(first, { state_reason: 'waits' });
    expect(await ids()).toEqual([second.id, first.id]);
  });
});
