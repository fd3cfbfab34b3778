import { chown, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { filesRpc } from '@aicode/contracts';
import type { FeatureClient } from '@aicode/service-kit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { admin, alice, bob, owner, startStack, viewer, type WorkspaceStack } from '../fixtures/workspace-stack.js';

let stack: WorkspaceStack;
let files: FeatureClient<typeof filesRpc>;
let made = 0;
beforeAll(async () => {
  stack = await startStack();
  await stack.startReplica();
  files = stack.context.rpc.client(filesRpc);
});
afterAll(() => stack?.stop());

async function workspace(source?: { type: 'path'; path: string }) {
  made += 1;
  return stack.rpc.create({ name: `files ${made}`, ...(source ? { source } : {}) }, { actor: alice });
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await chown(path, owner.uid, owner.gid);
}

describe('the files of a workspace', () => {
  it('are those of its project: listed, read, compared with nothing', async () => {
    const { id, project_path: path } = await workspace();
    await write(join(path, 'a.txt'), 'hello\n');
    const ref = { workspace_id: id };
    for (const actor of [alice, admin]) {
      expect(await files.list({ ...ref, path: '' }, { actor })).toMatchObject({
        entries: [{ name: 'a.txt', type: 'file', size: 6 }],
      });
    }
    expect(await files.read({ ...ref, path: './/a.txt' }, { actor: alice })).toMatchObject({
      path: 'a.txt',
      content: 'hello\n',
    });
    expect(await files.diff(ref, { actor: alice })).toEqual({ base: null, files: [], truncated: false });
  });

  it('are nobody else’s business', async () => {
    const { id } = await workspace();
    for (const actor of [bob, viewer]) {
      for (const asked of [
        files.list({ workspace_id: id, path: '' }, { actor }),
        files.read({ workspace_id: id, path: 'a' }, { actor }),
        files.diff({ workspace_id: id }, { actor }),
      ]) {
        await expect(asked).rejects.toMatchObject({ code: 'workspace.not_found' });
      }
    }
  });

  it.each(['../x', 'a/../../x', '/etc/passwd', 'a\0b', 'a\ud800', 'x'.repeat(4097)])('are not at %j', async (path) => {
    const { id } = await workspace();
    await expect(files.read({ workspace_id: id, path }, { actor: alice })).rejects.toMatchObject({
      code: 'request.invalid',
    });
  });

  it.each([
    ['creating', null, 'workspace.not_ready', /creating. Its files are still being made/],
    ['failed', 'It could not be cloned.', 'workspace.not_ready', /failed. It could not be cloned/],
    ['deleting', null, 'workspace.deleting', /being deleted/],
  ] as const)('are not shown while it is %s', async (state, reason, code, message) => {
    const { id } = await stack.insert({ state, state_reason: reason, node: 'elsewhere' });
    const asked = files.diff({ workspace_id: id }, { actor: alice });
    await expect(asked).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('are those of the directory that was bound, not of what took its place', async () => {
    const path = await stack.localProject('moved');
    const { id } = await workspace({ type: 'path', path });
    await write(join(path, 'mine'), '');
    const list = () => files.list({ workspace_id: id, path: '' }, { actor: alice });
    expect((await list()).entries).toHaveLength(1);
    await rename(path, `${path}-away`);
    await expect(list()).rejects.toThrow(/is gone/);
    await symlink('/usr', path);
    await expect(list()).rejects.toMatchObject({ code: 'workspace.path_not_allowed' });
    await rm(path);
    await rename(`${path}-away`, path);
    expect((await list()).entries).toHaveLength(1);
  });
});
