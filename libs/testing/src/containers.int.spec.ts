import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Docker from 'dockerode';

import { containersOf, dockerAt, processesIn, removeContainersOf } from './containers.js';
import { testEngine } from './engine.js';
import { tempDir, type TempDir } from './temp-dir.js';

describe('the containers of a home', () => {
  const { host } = testEngine();
  let home: TempDir;
  let container: Docker.Container;
  beforeAll(async () => {
    home = await tempDir('boxes');
    await mkdir(join(home.path, 'files'));
    container = await dockerAt(host).createContainer({
      Image: 'aicli/workspace:latest',
      Entrypoint: ['sleep', '8642'],
      Labels: { 'io.aicode.home': 'test' },
      HostConfig: {
        NetworkMode: 'none',
        Mounts: [{ Type: 'bind', Source: join(home.path, 'files'), Target: '/workspace' }],
      },
    });
    await container.start();
  });
  afterAll(async () => {
    await removeContainersOf(host, home.path);
    await home.remove();
  });

  it('are found by what they mount, with what runs in them', async () => {
    expect((await containersOf(host, home.path)).map(({ Id }) => Id)).toEqual([container.id]);
    expect(await containersOf(host, `${home.path}-other`)).toEqual([]);
    expect(await processesIn(container)).toContain('sleep 8642');
  });

  it('are removed, and those told of that still ran', async () => {
    expect(await removeContainersOf(host, home.path)).toHaveLength(1);
    expect(await containersOf(host, home.path)).toEqual([]);
    expect(await processesIn(container)).toBe('');
    expect(await removeContainersOf(host, home.path)).toEqual([]);
  });
});
