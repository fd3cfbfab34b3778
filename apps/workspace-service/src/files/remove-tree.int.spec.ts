import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { tempDir, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { owner } from '../fixtures/workspace-stack.js';
import { removeTree } from './remove-tree.js';

let dir: TempDir;
beforeEach(async () => {
  dir = await tempDir('remove');
});
afterEach(() => dir.remove());

const never = new AbortController().signal;

describe('removing a tree', () => {
  it('takes all of it, and nothing that a link in it leads to', async () => {
    const tree = join(dir.path, 'tree');
    await mkdir(join(tree, 'a', 'b'), { recursive: true });
    await mkdir(join(dir.path, 'outside'));
    await writeFile(join(dir.path, 'outside', 'kept'), '');
    await writeFile(join(tree, 'a', '-rf'), '');
    await symlink(join(dir.path, 'outside'), join(tree, 'a', 'link'));
    await symlink('/', join(tree, 'root'));
    await removeTree(tree, never);
    expect(existsSync(tree)).toBe(false);
    expect(existsSync(join(dir.path, 'outside', 'kept'))).toBe(true);
  });

  it('takes a link in its place for what it is', async () => {
    await mkdir(join(dir.path, 'outside'));
    await symlink(join(dir.path, 'outside'), join(dir.path, 'tree'));
    await removeTree(join(dir.path, 'tree'), never);
    expect(existsSync(join(dir.path, 'outside'))).toBe(true);
    expect(existsSync(join(dir.path, 'tree'))).toBe(false);
  });

  it('is done already where nothing is', async () => {
    await expect(removeTree(join(dir.path, 'nothing'), never)).resolves.toBeUndefined();
  });

  it('does not begin when it is stopped', async () => {
    const tree = join(dir.path, 'tree');
    await mkdir(tree);
    await expect(removeTree(tree, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
    expect(existsSync(tree)).toBe(true);
  });

  it('says what it could not remove', async () => {
    await expect(removeTree('/proc/self/status', never)).rejects.toThrow(/could not be removed: rm: /);
  });

  it('as an ordinary user, takes what the owner has locked for himself', async () => {
    const locked = join(dir.path, 'tree', 'locked', 'deep');
    await mkdir(locked, { recursive: true });
    await writeFile(join(locked, 'file'), '');
    for (const part of ['.', 'tree', 'tree/locked', 'tree/locked/deep', 'tree/locked/deep/file']) {
      await chown(join(dir.path, part), owner.uid, owner.gid);
    }
    await chmod(locked, 0);
    await chmod(join(dir.path, 'tree', 'locked'), 0o500);
    const program = new URL('../fixtures/remove-as.ts', import.meta.url).pathname;
    const loader = ['--conditions=@aicode/source', '--import', '@swc-node/register/esm-register'];
    const child = spawn(process.execPath, [...loader, program, String(owner.uid), join(dir.path, 'tree')], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { PATH: process.env['PATH'] },
    });
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(existsSync(join(dir.path, 'tree'))).toBe(false);
  });
});
