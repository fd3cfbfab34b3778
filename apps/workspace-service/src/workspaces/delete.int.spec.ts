import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { platformActor, type Workspace } from '@aicode/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startGitServer, type GitServer } from '../fixtures/git-server.js';
import { admin, alice, bob, startStack, viewer, type WorkspaceStack } from '../fixtures/workspace-stack.js';
import { deletionReasons } from './delete-workspace.js';

let stack: WorkspaceStack;
let server: GitServer;
beforeAll(async () => {
  [stack, server] = await Promise.all([startStack(), startGitServer()]);
  await Promise.all([stack.startReplica(), stack.startReplica()]);
});
afterAll(async () => {
  await stack?.stop();
  await server?.close();
});

let names = 0;
const create = (): Promise<Workspace> => stack.rpc.create({ name: `w${(names += 1)}` }, { actor: alice });
const remove = (workspace: Workspace, force = false, actor = alice) =>
  stack.rpc.delete({ workspace_id: workspace.id, force }, { actor });
const gone = ({ id }: Workspace) => stack.change(id, ({ reason }) => reason === deletionReasons.deleted);

describe('deleting a workspace', () => {
  it('removes its files, keeps its row, and frees its name', async () => {
    const made = await create();
    await writeFile(join(made.project_path, 'work.txt'), 'work');
    await expect(remove(made)).resolves.toEqual({});
    await gone(made);
    expect(existsSync(stack.paths.workspace(made.id).dir)).toBe(false);
    expect(await stack.row(made.id)).toMatchObject({ name: made.name, deleted_at: expect.any(String) });
    await expect(stack.rpc.get({ workspace_id: made.id }, { actor: alice })).rejects.toMatchObject({
      code: 'workspace.not_found',
    });
    expect((await stack.rpc.list({ limit: 200 }, { actor: admin })).items.map(({ id }) => id)).not.toContain(made.id);
    await expect(stack.rpc.create({ name: made.name }, { actor: alice })).resolves.toMatchObject({ state: 'ready' });
  });

  it('is no error the second time, nor by many at once', async () => {
    const made = await create();
    await Promise.all(Array.from({ length: 10 }, (_, index) => remove(made, index % 2 === 0)));
    await gone(made);
    await expect(remove(made)).resolves.toEqual({});
    const told = stack.told.filter(({ id, reason }) => id === made.id && reason === deletionReasons.deleted);
    expect(told).toHaveLength(1);
  });

  it('is for the owner and administrators', async () => {
    const made = await create();
    await expect(remove(made, true, bob)).rejects.toMatchObject({ code: 'workspace.not_found' });
    await expect(remove(made, true, viewer)).rejects.toMatchObject({ code: 'auth.forbidden' });
    expect(await stack.row(made.id)).toMatchObject({ version: made.version });
    await expect(remove(made, false, admin)).resolves.toEqual({});
    await gone(made);
  });

  it('never touches a local path, nor what links lead to', async () => {
    const path = await stack.localProject('kept');
    await writeFile(join(path, 'kept.txt'), 'kept');
    const bound = await stack.rpc.create({ name: 'kept', source: { type: 'path', path } }, { actor: alice });
    await mkdir(stack.paths.workspace(bound.id).state, { recursive: true });
    const made = await create();
    await symlink(path, join(made.project_path, 'link'));
    await symlink(path, stack.paths.workspace(made.id).logs);
    for (const workspace of [bound, made]) {
      await remove(workspace);
      await gone(workspace);
      expect(existsSync(stack.paths.workspace(workspace.id).dir)).toBe(false);
    }
    expect(await readFile(join(path, 'kept.txt'), 'utf8')).toBe('kept');
  });

  it('stops a clone', async () => {
    const arrived = server.nextAtGate();
    const source = { type: 'git', url: server.gatedUrl } as const;
    const made = await stack.rpc.create({ name: 'cloning', source }, { actor: alice });
    await arrived;
    await remove(made);
    await gone(made);
    expect(existsSync(stack.paths.workspace(made.id).dir)).toBe(false);
    expect(stack.told.filter(({ id }) => id === made.id).map(({ state }) => state)).not.toContain('failed');
  });
});

describe('a workspace with tasks', () => {
  it('is not deleted without force, and is as it was', async () => {
    const made = await create();
    await stack.tasks.setActive(made.id, 2);
    await expect(remove(made)).rejects.toMatchObject({
      code: 'workspace.has_running_tasks',
      message: expect.stringContaining('2 tasks that have not ended'),
    });
    expect(await stack.row(made.id)).toMatchObject({ state: 'ready', version: made.version });
    expect(existsSync(made.project_path)).toBe(true);
    expect((await stack.tasks.asked(made.id)).map(({ what }) => what)).toEqual(['count']);
  });

  it('is deleted with force when they are cancelled, by the platform', async () => {
    const made = await create();
    await stack.tasks.setActive(made.id, 2);
    await remove(made, true);
    await gone(made);
    const asked = await stack.tasks.asked(made.id);
    expect(asked[0]).toEqual({ what: 'cancel', caller: 'workspace-service', actor: platformActor });
    expect(existsSync(made.project_path)).toBe(false);
  });

  it('keeps its files until the last of them has ended', async () => {
    const made = await create();
    await stack.tasks.makeStubborn(made.id);
    await stack.tasks.setActive(made.id, 1);
    await remove(made, true);
    await stack.change(made.id, ({ state }) => state === 'deleting');
    await stack.tasks.untilAsked(made.id, 6);
    expect(existsSync(made.project_path)).toBe(true);
    await stack.tasks.setActive(made.id, 0);
    await gone(made);
    expect(existsSync(made.project_path)).toBe(false);
  });

  it.each([
    ['ready', null],
    ['failed', 'It could not be cloned.'],
  ] as const)('that comes in the last moment leaves a %s one as it was', async (state, state_reason) => {
    const row = await stack.insert({ state, state_reason });
    await stack.tasks.nextCounts(row.id, 0, 1);
    const deleting = stack.rpc.delete({ workspace_id: row.id, force: false }, { actor: alice });
    await expect(deleting).rejects.toMatchObject({ code: 'workspace.has_running_tasks' });
    expect(await stack.row(row.id)).toMatchObject({ state, state_reason, deleted_at: null });
    const told = stack.told.filter(({ id }) => id === row.id).map((workspace) => workspace.state);
    expect(told).toEqual(['deleting', state]);
  });
});
