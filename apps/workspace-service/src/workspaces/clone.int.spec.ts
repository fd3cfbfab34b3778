import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Workspace } from '@aicode/contracts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { startGitServer, type GitServer } from '../fixtures/git-server.js';
import { alice, startStack, type WorkspaceStack } from '../fixtures/workspace-stack.js';
import { PlatformExecutor } from '../files/platform-executor.js';
import { finishCreation } from './finish-creation.js';

let stack: WorkspaceStack;
let server: GitServer;
beforeEach(async () => {
  [stack, server] = await Promise.all([startStack(), startGitServer()]);
});
afterEach(async () => {
  await stack?.stop();
  await server?.close();
});

const create = (url: string, branch?: string): Promise<Workspace> =>
  stack.rpc.create({ name: 'clone', source: { type: 'git', url, ...(branch ? { branch } : {}) } }, { actor: alice });
const settled = ({ id }: Workspace) => stack.change(id, ({ state }) => state === 'ready' || state === 'failed');
const filesOf = ({ id }: Workspace) => readdir(stack.paths.workspace(id).disk);

/** Creates a workspace whose clone stands at the gate of the server. */
async function createAtGate(): Promise<Workspace> {
  const arrived = server.nextAtGate();
  const made = await create(server.gatedUrl);
  await arrived;
  return made;
}

describe('a clone', () => {
  it.each([
    ['a branch is not there', () => create(server.url, 'none'), /^git clone failed: Remote branch none not found/],
    ['a repository is not there', () => create(server.url.replace('repo', 'other')), /^git clone failed: /],
    ['a server is not there', () => create('http://localhost:1/x.git'), /^git clone failed: .*connect/i],
    ['a host is not there', () => create('http://no.such.host.invalid/x'), /^The host no\.such\.host\.invalid/],
  ])('that fails because %s says so, and leaves no files', async (_, make, reason) => {
    await stack.startReplica();
    const made = await make();
    const failed = await settled(made);
    expect(failed).toMatchObject({ state: 'failed', reason: expect.stringMatching(reason) });
    expect(failed.reason).not.toContain(stack.home);
    expect(await filesOf(made)).toEqual([]);
  });

  it('is ended by the next start where the service was stopped, and not before', async () => {
    const replica = await stack.startReplica();
    const made = await createAtGate();
    await replica.stop();
    expect(await stack.row(made.id)).toMatchObject({ state: 'creating' });
    expect(await filesOf(made)).toEqual([]);
    server.openGate();
    await stack.startReplica();
    await expect(settled(made)).resolves.toMatchObject({ state: 'ready' });
    expect(await filesOf(made)).toEqual(['project']);
  });

  it('is made once by two replicas', async () => {
    await Promise.all([stack.startReplica(), stack.startReplica()]);
    const made = await createAtGate();
    const others = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        stack.rpc.create({ name, source: { type: 'git', url: server.url } }, { actor: alice }),
      ),
    );
    for (const other of others) await expect(settled(other)).resolves.toMatchObject({ state: 'ready' });
    server.openGate();
    await expect(settled(made)).resolves.toMatchObject({ state: 'ready' });
    expect(server.clones()).toBe(4);
  });

  it('goes on in another replica when its own is killed, from an empty directory', async () => {
    const replica = await stack.startProcess();
    const made = await createAtGate();
    const [draft = ''] = await filesOf(made);
    expect(draft).toMatch(/^clone-/);
    await writeFile(join(stack.paths.workspace(made.id).disk, draft, 'half'), '');
    await replica.kill();
    server.openGate();
    await stack.startReplica();
    await expect(settled(made)).resolves.toMatchObject({ state: 'ready' });
    expect(await filesOf(made)).toEqual(['project']);
    expect((await readdir(made.project_path)).sort()).toEqual(['.git', 'README.md']);
  });

  it('of a replica that has lost its lease without noticing changes nothing any more', async () => {
    const executor = new PlatformExecutor(stack.context.config.executor);
    const { id } = await stack.insert({ source_type: 'git', source_url: server.gatedUrl });
    const work = async (): Promise<void> =>
      finishCreation(stack.context, stack.records, executor, await stack.row(id), new AbortController().signal);
    const begin = async (): Promise<Promise<void>[]> => {
      const arrived = server.nextAtGate();
      const working = work();
      await arrived;
      return [working];
    };
    const working = [...(await begin()), ...(await begin())];
    server.openGate();
    await Promise.all(working);
    expect(await stack.row(id)).toMatchObject({ state: 'ready', state_reason: null });
    expect(stack.told.map(({ state }) => state)).toEqual(['ready']);
    expect(await readdir(stack.paths.workspace(id).disk)).toEqual(['project']);
  });

  it('that finds its place taken by such a one leaves it there', async () => {
    await stack.startReplica();
    const made = await createAtGate();
    await mkdir(made.project_path);
    await writeFile(join(made.project_path, 'first'), '');
    server.openGate();
    await expect(settled(made)).resolves.toMatchObject({ state: 'ready' });
    expect(await readdir(made.project_path)).toEqual(['first']);
    expect(await filesOf(made)).toEqual(['project']);
  });

  it('that a crash has left complete is not made again', async () => {
    const replica = await stack.startProcess();
    const made = await createAtGate();
    await replica.kill();
    // As it is between the rename and the commit.
    const { disk, project } = stack.paths.workspace(made.id);
    const [draft = ''] = await filesOf(made);
    await writeFile(join(disk, draft, 'whole'), '');
    await rename(join(disk, draft), project);
    await stack.startReplica();
    await expect(settled(made)).resolves.toMatchObject({ state: 'ready' });
    expect(await readdir(project)).toContain('whole');
    expect(server.clones()).toBe(1);
  });

  it('whose crash came before its directory was made begins there', async () => {
    const made = await stack.insert({ source_type: 'git', source_url: server.url });
    await stack.startReplica();
    await expect(stack.change(made.id, ({ state }) => state !== 'creating')).resolves.toMatchObject({ state: 'ready' });
  });

  it('is not made for an empty workspace that a crash has left without a directory', async () => {
    const made = await stack.insert({ source_type: 'empty' });
    await stack.startReplica();
    await expect(stack.change(made.id, ({ state }) => state !== 'creating')).resolves.toMatchObject({ state: 'ready' });
    expect(existsSync(stack.paths.workspace(made.id).project)).toBe(true);
  });
});
