import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { platformActor, type Workspace } from '@aicode/contracts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { startGitServer, type GitServer } from '../fixtures/git-server.js';
import { alice, startStack, type WorkspaceStack } from '../fixtures/workspace-stack.js';
import { deletionReasons } from './delete-workspace.js';
import { waitingForDisk } from './workspace-disk.js';
import { WorkspaceEntity } from './workspace.entity.js';

let stack: WorkspaceStack;
let server: GitServer;
beforeEach(async () => {
  const overrides = { bus: { timeout: 1000 }, docker: { disk: '64mb' } };
  [stack, server] = await Promise.all([startStack({}, { overrides }), startGitServer()]);
});
afterEach(async () => {
  await stack?.stop();
  await server?.close();
});

const full = { code: 'storage.unavailable', message: 'The disk of the host is full.' } as const;
const create = (): Promise<Workspace> => stack.rpc.create({ name: 'one' }, { actor: alice, timeoutMs: 10_000 });
const clone = (): Promise<Workspace> =>
  stack.rpc.create({ name: 'one', source: { type: 'git', url: server.url } }, { actor: alice });
const gone = (id: string) => stack.change(id, ({ reason }) => reason === deletionReasons.deleted);

describe('the disk of a new workspace', () => {
  it.each([
    ['an empty one', create],
    ['a clone', clone],
  ])('is asked for by the platform for %s, with its size', async (_, make) => {
    await stack.startReplica();
    const { id } = await make();
    await stack.change(id, ({ state }) => state === 'ready');
    const [asked] = await stack.docker.askedAbout(id);
    const input = { workspace_id: id, bytes: 64 * 1024 ** 2 };
    expect(asked).toEqual({ method: 'prepare', input, caller: 'workspace-service', actor: platformActor });
  });

  it('is not asked for where a path is bound', async () => {
    await stack.startReplica();
    const path = await stack.localProject('bound');
    const { id } = await stack.rpc.create({ name: 'one', source: { type: 'path', path } }, { actor: alice });
    expect(await stack.docker.askedAbout(id)).toEqual([]);
  });

  it('that cannot be had refuses an empty workspace, of which nothing is left', async () => {
    await stack.startReplica();
    await stack.docker.fail('prepare', full);
    await expect(create()).rejects.toMatchObject(full);
    expect(await stack.database.read((manager) => manager.count(WorkspaceEntity))).toBe(0);
    expect(await readdir(stack.paths.workspaces)).toEqual([]);
    expect(stack.told).toEqual([]);
    await stack.docker.mend('prepare');
    await expect(create()).resolves.toMatchObject({ state: 'ready' });
  });

  it('that cannot be had, nor be given back, leaves what the background work removes', async () => {
    await stack.startReplica();
    await stack.docker.fail('prepare', full);
    await stack.docker.fail('release', { code: 'executor.unavailable', message: 'The engine is away.' });
    await expect(create()).rejects.toMatchObject(full);
    const { id } = await stack.change(stack.told[0]?.id ?? '', ({ state }) => state === 'deleting');
    await stack.docker.mend('release');
    await gone(id);
    expect(await readdir(stack.paths.workspaces)).toEqual([]);
  });

  it('that cannot be had fails a clone before it begins', async () => {
    await stack.startReplica();
    await stack.docker.fail('prepare', full);
    const { id } = await clone();
    const failed = await stack.change(id, ({ state }) => state !== 'creating');
    expect(failed).toMatchObject({ state: 'failed', reason: full.message });
    expect(server.clones()).toBe(0);
  });

  it('is waited for while docker-manager is away', async () => {
    await stack.startReplica();
    await stack.stopDocker();
    const made = await create();
    expect(made).toMatchObject({ state: 'creating', reason: waitingForDisk });
    await stack.startDocker();
    const ready = await stack.change(made.id, ({ state }) => state !== 'creating');
    expect(ready).toMatchObject({ state: 'ready', reason: null });
    expect(existsSync(made.project_path)).toBe(true);
  });
});

describe('a workspace from before there were disks', () => {
  it.each(['empty', 'git'] as const)('whose creation was under way is made where it was to be (%s)', async (source) => {
    const id = (await stack.insert({ state: 'ready' })).id.replace(/.$/, '0');
    const project = join(stack.paths.workspace(id).dir, 'project');
    const origin = source === 'git' ? { source_type: source, source_url: server.url } : {};
    await stack.insert({ id, project_path: project, ...origin });
    await stack.startReplica();
    await stack.change(id, ({ state }) => state === 'ready');
    expect(await readdir(stack.paths.workspace(id).dir)).toEqual(['project']);
    expect(await stack.docker.askedAbout(id)).toEqual([]);
  });
});

describe('a deletion', () => {
  it('has the containers removed before the files', async () => {
    await stack.startReplica();
    const { id } = await create();
    await stack.rpc.delete({ workspace_id: id, force: false }, { actor: alice });
    await gone(id);
    const asked = await stack.docker.askedAbout(id);
    expect(asked.at(-1)).toMatchObject({ method: 'release', actor: platformActor });
  });

  it('that docker-manager refuses says why, keeps the files, and is tried again', async () => {
    await stack.startReplica();
    const made = await create();
    await stack.docker.fail('release', { code: 'executor.unavailable', message: 'The engine is away.' });
    await stack.rpc.delete({ workspace_id: made.id, force: true }, { actor: alice });
    const waiting = await stack.change(made.id, ({ reason }) => reason?.includes('The engine is away.') ?? false);
    expect(waiting).toMatchObject({ state: 'deleting', reason: expect.stringMatching(/^It is being removed; /) });
    expect(existsSync(made.project_path)).toBe(true);
    await stack.docker.mend('release');
    await gone(made.id);
    expect(existsSync(stack.paths.workspace(made.id).dir)).toBe(false);
    // The reason is told once, however often it is tried.
    expect(stack.told.filter(({ reason }) => reason === waiting.reason)).toHaveLength(1);
  });
});

describe('the containers of this node', () => {
  it('are told to be of the workspaces that are not deleted', async () => {
    const [ready, deleting] = [await stack.insert({ state: 'ready' }), await stack.insert({ state: 'deleting' })];
    await stack.insert({ state: 'ready', deleted_at: new Date().toISOString() });
    await stack.insert({ state: 'ready', node: 'elsewhere' });
    await stack.tasks.makeStubborn(deleting.id);
    await stack.tasks.setActive(deleting.id, 1);
    await mkdir(ready.project_path, { recursive: true });
    await stack.startReplica();
    expect((await stack.docker.retained(() => true)).sort()).toEqual([ready.id, deleting.id].sort());
  });

  it('may be told so again when docker-manager was away', async () => {
    await stack.stopDocker();
    const replica = await stack.startReplica();
    await stack.startDocker();
    await replica.stop();
    const row = await stack.insert({ state: 'ready' });
    await stack.startReplica();
    expect(await stack.docker.retained((ids) => ids.includes(row.id))).toEqual([row.id]);
  });
});
