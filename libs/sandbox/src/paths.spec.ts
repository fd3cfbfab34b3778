import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allowedPath, isUnder, resolveUnder } from './paths.js';

let base: string;
let root: string;
beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'aicode-paths-')));
  root = join(base, 'root');
  await mkdir(join(root, 'sub', 'deep'), { recursive: true });
  await mkdir(join(base, 'rootless'));
  await writeFile(join(root, 'file'), '');
  await writeFile(join(root, '..odd'), '');
  await symlink('/etc', join(root, 'out'));
  await symlink('sub/deep', join(root, 'in'));
  await symlink(root, join(base, 'alias'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

const notAllowed = { code: 'workspace.path_not_allowed' };

describe('resolveUnder', () => {
  it.each([
    ['file', 'file'],
    ['.', ''],
    ['in', 'sub/deep'],
    ['sub/../file', 'file'],
    ['..odd', '..odd'],
  ])('%s', async (path, expected) => {
    expect(await resolveUnder(root, path)).toBe(join(root, expected));
    expect(await resolveUnder(join(base, 'alias'), path)).toBe(join(root, expected));
  });

  it.each([
    '..',
    '../rootless',
    'out',
    'out/passwd',
    '/etc/passwd',
    'none',
    '../none',
    'sub/../../rootless',
    'file\0',
    'file/x',
  ])('refuses %j', async (path) => {
    await expect(resolveUnder(root, path)).rejects.toMatchObject(notAllowed);
  });

  it('says the same of what lies outside and of what does not exist', async () => {
    const message = (path: string) => resolveUnder(root, path).catch((error: Error) => error.message.replace(path, ''));
    expect(await message('../rootless')).toBe(await message('../nothing'));
  });

  it('does not repeat a name without end', async () => {
    await expect(resolveUnder(root, 'x'.repeat(5000))).rejects.toThrow(/^.{0,320}$/);
  });
});

describe('allowedPath', () => {
  it('gives the real path of a directory under one of the roots', async () => {
    expect(await allowedPath(join(base, 'alias', 'sub'), ['/nonexistent', root])).toBe(join(root, 'sub'));
    expect(await allowedPath(root, [join(base, 'alias')])).toBe(root);
  });

  it.each(['sub', '/etc', '', 'FILE', 'OUT', 'BESIDE', 'NONE', 'CONTROL'])('refuses %j', async (name) => {
    const paths: Record<string, string> = {
      FILE: join(root, 'file'),
      OUT: join(root, 'out'),
      BESIDE: join(base, 'rootless'),
      NONE: join(root, 'none'),
      CONTROL: `${root}\n`,
    };
    await expect(allowedPath(paths[name] ?? name, [root])).rejects.toMatchObject(notAllowed);
  });

  it('allows nothing where no root is set', async () => {
    await expect(allowedPath(root, [])).rejects.toThrow(/allowed_roots/);
  });
});

it('isUnder compares whole names', () => {
  expect(isUnder('/a', '/ab')).toBe(false);
  expect(isUnder('/a', '/a')).toBe(true);
  expect(isUnder('/a', '/')).toBe(false);
  expect(isUnder('/', '/a')).toBe(true);
});
