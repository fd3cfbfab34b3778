import { randomBytes } from 'node:crypto';
import { readdir, stat, writeFile } from 'node:fs/promises';

import { tempDir, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { homePaths, prepareHome } from './paths.js';
import { readOrCreateSecret } from './secrets.js';

describe('secrets of the home directory', () => {
  let home: TempDir;
  beforeEach(async () => {
    home = await tempDir('home');
  });
  afterEach(() => home.remove());

  const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

  it('are made once, for our user alone, and read ever after', async () => {
    const { busKey, secretsDir } = homePaths(home.path);
    const made = await readOrCreateSecret(busKey, () => randomBytes(32));
    expect(made).toHaveLength(32);
    expect(await readOrCreateSecret(busKey, () => 'another')).toEqual(made);
    expect([await mode(secretsDir), await mode(busKey)]).toEqual(['700', '600']);
  });

  it('are the same for all who make them at the same time', async () => {
    const { jwtKey, secretsDir } = homePaths(home.path);
    const made = await Promise.all(
      Array.from({ length: 20 }, () => readOrCreateSecret(jwtKey, () => randomBytes(16).toString('hex'))),
    );
    expect(new Set(made.map(String)).size).toBe(1);
    expect(await readdir(secretsDir)).toEqual(['jwt-es256.pem']);
  });

  it('that are empty are refused by name, never taken for a key', async () => {
    const path = `${home.path}/empty.key`;
    await writeFile(path, '');
    await expect(readOrCreateSecret(path, () => 'x')).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringContaining(path),
    });
  });

  it('that cannot be read are not replaced', async () => {
    await expect(readOrCreateSecret(home.path, () => 'x')).rejects.toThrow('EISDIR');
    await writeFile(`${home.path}/file`, 'x');
    await expect(readOrCreateSecret(`${home.path}/file/key`, () => 'x')).rejects.toThrow();
  });

  it('leave no draft behind when they cannot be made', async () => {
    const fail = () => {
      throw new Error('no entropy');
    };
    await expect(readOrCreateSecret(`${home.path}/s/key`, fail)).rejects.toThrow('no entropy');
    expect(await readdir(`${home.path}/s`)).toEqual([]);
  });

  it('stand in a home whose directories exist after its preparation', async () => {
    const paths = homePaths(home.path);
    await prepareHome(paths);
    await prepareHome(paths);
    expect((await readdir(home.path)).sort()).toEqual(['data', 'run', 'secrets', 'workspaces']);
    expect(await mode(paths.secretsDir)).toBe('700');
    expect(paths.workspace('ws_1')).toEqual({
      dir: `${home.path}/workspaces/ws_1`,
      disk: `${home.path}/workspaces/ws_1/disk`,
      diskImage: `${home.path}/workspaces/ws_1/disk.img`,
      project: `${home.path}/workspaces/ws_1/disk/project`,
      logs: `${home.path}/workspaces/ws_1/logs`,
      state: `${home.path}/workspaces/ws_1/disk/.aicli`,
    });
  });
});
