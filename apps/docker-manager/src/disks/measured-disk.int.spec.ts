import { execFileSync } from 'node:child_process';
import { link, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { DockerConfig, newId, type ContainerOwner } from '@aicode/contracts';
import { createLogger, homePaths, prepareHome, type HomePaths } from '@aicode/service-kit';
import { tempDir, until, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Disks } from './disks.service.js';
import { DiskMeter, measureFiles } from './measured-disk.js';

const mib = 1024 ** 2;
let dir: TempDir;

beforeEach(async () => {
  dir = await tempDir('measured');
});
afterEach(() => dir.remove());

const write = (name: string, bytes: number) => writeFile(join(dir.path, name), Buffer.alloc(bytes, 'x'));

describe('measuring files', () => {
  it('counts blocks, hard links once, and what links point to not at all', async () => {
    for (const name of ['a', 'b', 'outside']) await mkdir(join(dir.path, name));
    await write('outside/big', 8 * mib);
    const empty = await measureFiles([join(dir.path, 'a'), join(dir.path, 'b')]);
    await write('a/file', 3 * mib);
    await link(join(dir.path, 'a/file'), join(dir.path, 'a/same'));
    await link(join(dir.path, 'a/file'), join(dir.path, 'b/same'));
    await symlink(join(dir.path, 'outside'), join(dir.path, 'a/link'));
    execFileSync('truncate', ['-s', '1G', join(dir.path, 'a/sparse')]);
    const used = (await measureFiles([join(dir.path, 'a'), join(dir.path, 'b')])) - empty;
    expect(used).toBeGreaterThanOrEqual(3 * mib);
    expect(used).toBeLessThan(3 * mib + 64 * 1024);
  });

  it('takes names as they come, and none that is not there', async () => {
    const odd = join(dir.path, '-total\n1000000\ttotal');
    await mkdir(odd);
    expect(await measureFiles([odd])).toBeLessThan(mib);
    expect(await measureFiles([join(dir.path, 'nowhere')])).toBe(0);
  });

  it('ends with its signal', async () => {
    await expect(measureFiles([dir.path], AbortSignal.abort())).rejects.toMatchObject({ end: 'aborted' });
  });
});

describe('a meter', () => {
  it('measures once for all who ask, and again when that is old', async () => {
    const meter = new DiskMeter(60_000);
    const [first, second] = await Promise.all([meter.measure('ws', [dir.path]), meter.measure('ws', [dir.path])]);
    await write('file', mib);
    expect([second, await meter.measure('ws', [dir.path])]).toEqual([first, first]);
    meter.forget('ws');
    expect(await meter.measure('ws', [dir.path])).toBeGreaterThan(mib);
  });

  it('serves many workspaces, a few at once', async () => {
    const meter = new DiskMeter(0);
    const all = await Promise.all(Array.from({ length: 9 }, (_, i) => meter.measure(String(i), [dir.path])));
    expect(new Set(all).size).toBe(1);
  });

  it('gives no figure before it has one, and does not wait for it longer than it may', async () => {
    const meter = new DiskMeter(60_000);
    expect(await meter.estimate('ws', [dir.path], 0)).toBeNull();
    expect(await meter.estimate('ws', [dir.path], 30_000)).toBeGreaterThan(0);
  });
});

describe('a measured disk', () => {
  const workspaceId = newId('workspace');
  let paths: HomePaths;
  let disks: Disks;
  let logged = '';
  const owner = (): ContainerOwner => ({
    workspace_id: workspaceId,
    project_path: paths.workspace(workspaceId).project,
    container: { disk: 64 * mib },
  });

  async function start(settings: Partial<DockerConfig> = {}): Promise<void> {
    paths = homePaths(dir.path);
    await prepareHome(paths);
    const config = {
      ...DockerConfig.parse({ disk_mechanism: 'measured', disk_check_every: 20, disk_floor: 0 }),
      ...settings,
    };
    const log = createLogger({ level: 'warn' }, { write: (line: string) => void (logged += line) });
    disks = await Disks.start({ paths, config, log });
    expect(await disks.prepare(workspaceId, 64 * mib)).toBe('measured');
    await mkdir(owner().project_path);
  }
  afterEach(() => disks.stop());

  it('tells once each who watches it when it is full', async () => {
    await start();
    const told: string[] = [];
    disks.watch(owner(), 2 * mib, (_, reason) => told.push(reason));
    disks.watch(owner(), 2 * mib, (id) => told.push(id));
    const unwatch = disks.watch(owner(), 2 * mib, () => told.push('nobody'));
    unwatch();
    await until(async () => (await disks.usage(owner())).used);
    expect(told).toEqual([]);
    await writeFile(join(owner().project_path, 'big'), Buffer.alloc(3 * mib));
    await until(() => told.length >= 2);
    expect(told).toEqual([expect.stringContaining('more than the 2 MB'), workspaceId]);
    expect(await disks.usage(owner())).toEqual({ mechanism: 'measured', used: expect.any(Number), limit: 64 * mib });

    await rm(join(owner().project_path, 'big'));
    const again = disks.watch(owner(), 2 * mib, () => told.push('again'));
    await until(async () => ((await disks.usage(owner())).used ?? mib) < mib);
    expect(told).toHaveLength(2);
    again();
  });

  it('is full too when the host is', async () => {
    await start({ disk_floor: Number.MAX_SAFE_INTEGER });
    const reason = await new Promise((resolve) => disks.watch(owner(), 64 * mib, (_, why) => resolve(why)));
    expect(reason).toContain('docker.disk_floor');
  });

  it('goes on being watched when it could not be measured once', async () => {
    await start();
    const missing = { ...owner(), project_path: join(dir.path, 'elsewhere') };
    const full = new Promise((resolve) => disks.watch(missing, 1, (_, why) => resolve(why)));
    await until(() => logged.includes('could not be measured'));
    await mkdir(missing.project_path);
    await writeFile(join(missing.project_path, 'big'), Buffer.alloc(mib));
    expect(await full).toContain("workspace's files");
  });

  it('is not watched any more when its workspace goes', async () => {
    await start();
    const told: string[] = [];
    disks.watch(owner(), 1, () => told.push('full'));
    await disks.release(workspaceId);
    await new Promise((resolve) => disks.watch(owner(), 1, resolve));
    expect(told).toEqual([]);
  });
});
