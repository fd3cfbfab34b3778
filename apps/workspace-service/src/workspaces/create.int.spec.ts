import { existsSync, statSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { platformActor, type DomainError, type WorkspaceSource } from '@aicode/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startGitServer, type GitServer } from '../fixtures/git-server.js';
import { alice, bob, owner, startStack, viewer, type WorkspaceStack } from '../fixtures/workspace-stack.js';
import { WorkspaceEntity } from './workspace.entity.js';

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

describe('creating a workspace', () => {
  it('makes an empty one at once, for its user alone', async () => {
    const made = await stack.rpc.create({ name: 'empty' }, { actor: alice });
    expect(made).toMatchObject({ state: 'ready', source: { type: 'empty' }, owner_id: alice.user_id, node: 'local' });
    const project = statSync(made.project_path);
    expect(made.project_path).toBe(stack.paths.workspace(made.id).project);
    expect([project.mode & 0o777, project.uid, project.gid]).toEqual([0o700, owner.uid, owner.gid]);
    await expect(stack.change(made.id, ({ version }) => version === made.version)).resolves.toEqual(made);
  });

  it('binds a local path where it is', async () => {
    const path = await stack.localProject('bound');
    const made = await stack.rpc.create({ name: 'bound', source: { type: 'path', path } }, { actor: alice });
    expect(made).toMatchObject({ state: 'ready', project_path: path, source: { type: 'path', path } });
    expect(existsSync(stack.paths.workspace(made.id).project)).toBe(false);
  });

  it('clones a repository behind the answer, in the sandbox, as its user', async () => {
    const source = { type: 'git', url: server.url, branch: 'feature/x' } as const;
    const made = await stack.rpc.create({ name: 'cloned', source }, { actor: alice });
    expect(made).toMatchObject({ state: 'creating', source });
    const ready = await stack.change(made.id, ({ state }) => state !== 'creating');
    expect(ready).toMatchObject({ state: 'ready', reason: null });
    expect(await readFile(join(made.project_path, 'README.md'), 'utf8')).toBe('hello\n');
    expect(await readFile(join(made.project_path, '.git', 'HEAD'), 'utf8')).toContain('feature/x');
    expect(statSync(join(made.project_path, 'README.md')).uid).toBe(owner.uid);
    expect(await readdir(stack.paths.workspace(made.id).disk)).toEqual(['project']);
  });
});

describe('a workspace that is refused', () => {
  const count = () => stack.database.read((manager) => manager.count(WorkspaceEntity));
  const refused = async (source: WorkspaceSource, code: string, actor = alice) => {
    const before = [await count(), await readdir(stack.paths.workspaces), stack.told.length];
    await expect(stack.rpc.create({ name: 'refused', source }, { actor })).rejects.toMatchObject({ code });
    expect([await count(), await readdir(stack.paths.workspaces), stack.told.length]).toEqual(before);
  };

  it.each<[string, WorkspaceSource, string]>([
    ['a path outside of the roots', { type: 'path', path: '/usr/share' }, 'workspace.path_not_allowed'],
    ['a path that is too long', { type: 'path', path: `/${'x'.repeat(4096)}` }, 'request.invalid'],
    ['a URL that runs programs', { type: 'git', url: 'ext::sh -c id' }, 'workspace.git_url_refused'],
    ['a URL with a password', { type: 'git', url: 'https://me:hunter2@host/x' }, 'workspace.git_url_refused'],
    ['a branch that is an option', { type: 'git', url: 'https://host/x', branch: '--exec=id' }, 'request.invalid'],
  ])('%s leaves nothing', (_, source, code) => refused(source, code));

  it('to whom may not create one leaves nothing', async () => {
    await refused({ type: 'empty' }, 'auth.forbidden', viewer);
    await refused({ type: 'empty' }, 'auth.forbidden', platformActor);
  });

  it('because of the disk leaves nothing, and names no path', async () => {
    // A file in the place of the directory: what mkdir says then is no permission's matter, so root meets it too.
    await rename(stack.paths.workspaces, `${stack.paths.workspaces}.aside`);
    await writeFile(stack.paths.workspaces, '');
    try {
      const before = await count();
      const error: unknown = await stack.rpc
        .create({ name: 'refused' }, { actor: alice })
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'storage.unavailable' });
      expect(String(error)).not.toContain(stack.home);
      expect(await count()).toBe(before);
    } finally {
      await rm(stack.paths.workspaces);
      await rename(`${stack.paths.workspaces}.aside`, stack.paths.workspaces);
    }
  });
});

describe('the name of a workspace', () => {
  it('is taken once per user, however many ask at once', async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, () => stack.rpc.create({ name: 'once' }, { actor: alice })),
    );
    const refusals = tries.flatMap((result) => (result.status === 'rejected' ? [result.reason as DomainError] : []));
    expect(refusals).toHaveLength(19);
    expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(['workspace.name_taken']));
    await expect(stack.rpc.create({ name: 'once' }, { actor: bob })).resolves.toMatchObject({ name: 'once' });
  });

  it('is the same however its letters are put together', async () => {
    await stack.rpc.create({ name: 'caf\u00e9' }, { actor: alice });
    await expect(stack.rpc.create({ name: 'cafe\u0301' }, { actor: alice })).rejects.toMatchObject({
      code: 'workspace.name_taken',
      details: { fields: [{ path: 'name' }] },
    });
    const found = await stack.rpc.list({ limit: 10, name: 'cafe\u0301' }, { actor: alice });
    expect(found.items).toHaveLength(1);
  });
});
