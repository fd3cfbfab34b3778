import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

import { newId } from '@aicode/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { hostileRepository, type HostileRepository } from '../fixtures/hostile-repository.js';
import { startGitServer, type GitServer } from '../fixtures/git-server.js';
import { alice, startStack, type WorkspaceStack } from '../fixtures/workspace-stack.js';
import { PlatformExecutor } from '../files/platform-executor.js';
import { finishCreation } from './finish-creation.js';

let server: GitServer;
let stack: WorkspaceStack;
beforeAll(async () => {
  [server, stack] = await Promise.all([
    startGitServer(),
    startStack({ clone_timeout: 400, git_allow_loopback: false }),
  ]);
  await stack.startReplica();
});
afterAll(async () => {
  await stack?.stop();
  await server?.close();
});

const end = (id: string) => stack.change(id, ({ state }) => state !== 'creating');

describe('a clone from this machine itself', () => {
  it('is refused at once where the URL says so', async () => {
    const source = { type: 'git', url: server.url } as const;
    await expect(stack.rpc.create({ name: 'loop', source }, { actor: alice })).rejects.toMatchObject({
      code: 'workspace.git_url_refused',
    });
  });

  it('fails where its name leads here', async () => {
    const source = { type: 'git', url: server.url.replace('127.0.0.1', 'localhost') } as const;
    const made = await stack.rpc.create({ name: 'name', source }, { actor: alice });
    await expect(end(made.id)).resolves.toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/leads to this machine itself/),
    });
    expect(server.clones()).toBe(0);
  });
});

describe('a clone', () => {
  let open: WorkspaceStack;
  beforeAll(async () => {
    open = await startStack({ clone_timeout: 400 });
  });
  afterAll(() => open?.stop());

  it('that takes too long is ended with the reason', async () => {
    const replica = await open.startReplica();
    const source = { type: 'git', url: server.gatedUrl } as const;
    const made = await open.rpc.create({ name: 'slow', source }, { actor: alice });
    await expect(open.change(made.id, ({ state }) => state !== 'creating')).resolves.toMatchObject({
      state: 'failed',
      reason: 'git clone did not finish within 1 s and was ended.',
    });
    expect(readdirSync(open.paths.workspace(made.id).disk)).toEqual([]);
    await replica.stop();
  });

  it('without bubblewrap fails with the command that installs it, and the next one looks again', async () => {
    const replica = await open.startReplica();
    await replica.stop();
    const executor = new PlatformExecutor(open.context.config.executor, {
      bwrapPath: '/no-such/bwrap',
      unsandboxed: false,
    });
    for (let round = 0; round < 2; round += 1) {
      const row = await open.insert({ source_type: 'git', source_url: server.url });
      await finishCreation(open.context, open.records, executor, row, new AbortController().signal);
      expect(await open.row(row.id)).toMatchObject({
        state: 'failed',
        state_reason: expect.stringMatching(/bubblewrap \(bwrap\) is not installed.*To mend it: /),
      });
    }
  });
});

describe('files that cannot be made', () => {
  it('fail the workspace, whose reason names no path', async () => {
    const id = newId('workspace');
    // Where the workspace's directory should be there is a file.
    await writeFile(stack.paths.workspace(id).dir, '');
    await stack.insert({ id, source_type: 'git', source_url: 'https://host/x' });
    const failed = await stack.change(id, ({ state }) => state === 'failed');
    expect(failed.reason).toMatch(/^The (platform could not make its files|directory of the workspace could not)/);
    expect(failed.reason).not.toContain(stack.home);
  });
});

describe('a hostile repository', () => {
  let hostile: HostileRepository;
  beforeAll(async () => {
    hostile = await hostileRepository(await stack.localProject('hostile'));
  });
  afterAll(() => hostile?.remove());

  it('runs nothing on the host, bound, looked at and let go', async () => {
    const source = { type: 'path', path: hostile.path } as const;
    const { id } = await stack.rpc.create({ name: 'hostile', source }, { actor: alice });
    await stack.rpc.get({ workspace_id: id }, { actor: alice });
    await stack.rpc.list({ limit: 10 }, { actor: alice });
    await stack.rpc.delete({ workspace_id: id, force: true }, { actor: alice });
    await stack.change(id, ({ reason }) => reason === 'It has been deleted.');
    expect(existsSync(hostile.marker)).toBe(false);
  });

  it('would have: git on the host runs its programs', () => {
    hostile.runGitOnTheHost();
    expect(existsSync(hostile.marker)).toBe(true);
  });
});
