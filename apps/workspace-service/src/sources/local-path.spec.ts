import { chown, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ServerConfig } from '@aicode/contracts';
import { homePaths } from '@aicode/service-kit';
import { tempDir, type TempDir } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { owner } from '../fixtures/workspace-stack.js';
import { checkLocalPath } from './local-path.js';

let dir: TempDir;
const at = (...parts: string[]) => join(dir.path, ...parts);

/** allowed/{project,file,…}, outside/, home/samples/hello; links of every kind. */
beforeAll(async () => {
  dir = await tempDir('local-path');
  const folders = ['allowed/project', 'outside/project', 'home/samples/hello', 'home/secrets', 'home/workspaces/ws_1'];
  for (const folder of folders) {
    await mkdir(at(folder), { recursive: true });
    await chown(at(folder), owner.uid, owner.gid);
  }
  await writeFile(at('allowed/file'), '');
  await symlink(at('outside/project'), at('allowed/escape'));
  await symlink('../outside', at('allowed/relative-escape'));
  await symlink(at('home/secrets'), at('allowed/secrets'));
  await symlink(at('allowed/project'), at('outside/way-in'));
  await symlink(at('allowed'), at('allowed-link'));
  await mkdir(at('allowed/two\nlines'));
  await symlink(at('allowed/two\nlines'), at('allowed/odd'));
  await symlink(at('nowhere'), at('allowed/dangling'));
});
afterAll(() => dir.remove());

const check = (path: string, roots: string[]) => {
  const paths = homePaths(at('home'));
  const config = ServerConfig.parse({ workspaces: { allowed_roots: roots } });
  return checkLocalPath(path, { paths, config, databaseUrl: `sqlite:${paths.database}` });
};

describe('a local path', () => {
  it('is taken by its real name, below a root or by a link that leads there', async () => {
    await expect(check(at('allowed/project'), [at('allowed')])).resolves.toBe(at('allowed/project'));
    await expect(check(at('outside/way-in'), [at('allowed')])).resolves.toBe(at('allowed/project'));
    await expect(check(at('allowed/project/../project/'), [at('allowed-link')])).resolves.toBe(at('allowed/project'));
    await expect(check(at('outside/project'), [at('nowhere'), at('outside')])).resolves.toBe(at('outside/project'));
  });

  it("may be one of AICLI_HOME's samples, if they are allowed", async () => {
    const samples = at('home/samples');
    await expect(check(join(samples, 'hello'), [samples])).resolves.toBe(join(samples, 'hello'));
    await expect(check(join(samples, 'hello'), [at('home')])).rejects.toThrow(/platform's own files/);
  });

  it('says how to allow some where none is', async () => {
    await expect(check(at('allowed/project'), [])).rejects.toMatchObject({
      code: 'workspace.path_not_allowed',
      message: expect.stringContaining('`aicli config set workspaces.allowed_roots /home/me/projects`'),
      details: { fields: [{ path: 'source.path' }] },
    });
  });

  it.each([
    ['outside of the roots', 'outside/project'],
    ['that leads out by dots', 'allowed/../outside/project'],
    ['that leads out by a link', 'allowed/escape'],
    ['that leads out by a link in its middle', 'allowed/relative-escape/project'],
    ['that is a file', 'allowed/file'],
    ['that is not there', 'allowed/missing'],
    ['that is a link to nowhere', 'allowed/dangling'],
    ["that leads to the platform's secrets", 'allowed/secrets'],
    ['with a control character', 'allowed/project\n'],
    ['with a NUL', 'allowed/project\0'],
  ])('%s is refused, and not told what is there', async (_, path) => {
    await expect(check(at(path), [at('allowed')])).rejects.toMatchObject({
      code: 'workspace.path_not_allowed',
      message: expect.stringMatching(/is not a directory below one of the allowed roots.*aicli config/),
    });
  });

  it('that leads to a name which could not be shown is refused', async () => {
    await expect(check(at('allowed/odd'), [at('allowed')])).rejects.toThrow(/control characters. Rename it first/);
  });

  it('that is relative, or a root that is, counts for nothing', async () => {
    await expect(check('allowed/project', [at('allowed')])).rejects.toThrow(/allowed roots/);
    await expect(check(process.cwd(), ['.'])).rejects.toThrow(/allowed roots/);
  });

  it.each([
    ['AICLI_HOME', 'home', ''],
    ['what is above it', '', ''],
    ['secrets', 'home/secrets', 'home/secrets'],
    ['a workspace', 'home/workspaces/ws_1', 'home/workspaces'],
  ])('must not be %s, whatever the roots say', async (_, path, root) => {
    await expect(check(at(path), [at(root)])).rejects.toThrow(/holds the platform's own files or lies among them/);
  });

  it('that belongs to root is refused with the command that mends it', async () => {
    await expect(check('/usr/share', ['/usr'])).rejects.toMatchObject({
      code: 'workspace.path_not_allowed',
      message: expect.stringMatching(/belongs to root.*chown -R \d+:\d+ \/usr\/share$/),
    });
  });

  it('is shown shortened', async () => {
    const error = await check(`/${'x'.repeat(4000)}`, [at('allowed')]).catch(String);
    expect(error.length).toBeLessThan(600);
  });
});
