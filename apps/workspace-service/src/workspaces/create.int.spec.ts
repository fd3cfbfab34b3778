import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startGitServer, type GitServer } from '../fixtures/git-server.js';
import { alice, owner, startStack, type WorkspaceStack } from '../fixtures/workspace-stack.js';

let stack: WorkspaceStack;
let server: GitServer;
beforeAll(async () => {
  [stack, server] = await Promise.all([startStack({ sandbox_uid: owner.uid }), startGitServer()]);
  await stack.startReplica();
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
    expect(ready).toMatchObject({ state: 'ready', reason: null, version: made.version + 1 });
    expect(await readFile(join(made.project_path, 'README.md'), 'utf8')).toBe('hello\n');
    expect(await readFile(join(made.project_path, '.git', 'HEAD'), 'utf8')).toContain('feature/x');
    expect(statSync(join(made.project_path, 'README.md')).uid).toBe(owner.uid);
    expect(await readdir(stack.paths.workspace(made.id).dir)).toEqual(['project']);
  });
});
