import { ServerConfig } from '@aicode/contracts';
import { homePaths } from '@aicode/service-kit';
import { describe, expect, it } from '@jest/globals';

import { platformData, touchesPlatform } from './platform-data.js';

const paths = homePaths('/no-such/home');
const place = (databaseUrl: string, model: Record<string, string> = {}) => ({
  paths,
  databaseUrl,
  config: ServerConfig.parse({ model }),
});

describe("the platform's own files", () => {
  it.each([
    ['the home', '/no-such/home', ['/no-such']],
    ['a directory above it', '/no-such', ['/no-such']],
    ['the whole machine', '/', ['/']],
    ['secrets, even if a root names them', paths.secretsDir, [paths.secretsDir]],
    ['something below the secrets', `${paths.secretsDir}/x`, [`${paths.secretsDir}/x`]],
    ["another workspace's project", paths.workspace('ws_1').project, ['/no-such/home/workspaces']],
    ['what no root below home names', '/no-such/home/other', ['/no-such', '/no-such/home']],
    ['the place of the database', '/no-such/db', ['/no-such']],
    ['the place of the key', '/no-such/keys', ['/no-such']],
  ])('are touched by %s', async (_, path, roots) => {
    const data = await platformData(place('sqlite:/no-such/db/aicli.db', { api_key_file: '/no-such/keys/model' }));
    expect(touchesPlatform(path, roots, data)).toBe(true);
  });

  it.each([
    ['a directory elsewhere', '/no-such/projects/a', ['/no-such/projects']],
    ['one whose name only begins like home', '/no-such/home2', ['/no-such']],
    ['a sample below a root that names the samples', '/no-such/home/samples/hello', ['/no-such/home/samples']],
    ['that root itself', '/no-such/home/samples', ['/no-such/home/samples']],
  ])('are not touched by %s', async (_, path, roots) => {
    expect(touchesPlatform(path, roots, await platformData(place('postgres://u@h/d')))).toBe(false);
  });

  it('know the database by either way to write its address', async () => {
    for (const url of ['sqlite:/no-such/db/a.db', 'sqlite:///no-such/db/a.db']) {
      expect((await platformData(place(url))).guarded).toContain('/no-such/db/a.db');
    }
    expect((await platformData(place('postgres://u:hunter2@h/d'))).guarded.join()).not.toContain('hunter2');
  });
});
