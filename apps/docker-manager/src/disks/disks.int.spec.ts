import { execFileSync } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { DockerConfig, newId, type ContainerOwner } from '@aicode/contracts';
import { createLogger, homePaths, prepareHome, type HomePaths } from '@aicode/service-kit';
import { tempDir, until, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Disks } from './disks.service.js';
import { loopDevicesOf, mountsAt } from './mount-table.js';

const asRoot = process.geteuid?.() === 0 ? describe : describe.skip;
const mib = 1024 ** 2;
const log = createLogger({ level: 'silent' });

let dir: TempDir;
let paths: HomePaths;
let disks: Disks | undefined;
let workspaceId: string;

beforeEach(async () => {
  dir = await tempDir('disks');
  paths = homePaths(dir.path);
  await prepareHome(paths);
  workspaceId = newId('workspace');
});
afterEach(async () => {
  await disks?.stop();
  disks = undefined;
  await dir.remove();
});

async function start(settings: Partial<DockerConfig> = {}, uid?: number): Promise<Disks> {
  const config = { ...DockerConfig.parse({}), ...settings };
  disks = await Disks.start({ paths, config, log, ...(uid === undefined ? {} : { uid }) });
  return disks;
}

const project = (): string => paths.workspace(workspaceId).project;
const image = (): string => paths.workspace(workspaceId).diskImage;
const owner = (): ContainerOwner => ({ workspace_id: workspaceId, project_path: project(), container: {} });

async function fill(file: string, bytes: number): Promise<void> {
  await mkdir(project(), { recursive: true });
  await writeFile(join(project(), file), Buffer.alloc(bytes, 'x'));
}

asRoot('a disk of its own for each workspace', () => {
  it('ends at its limit while the host has space', async () => {
    const running = await start();
    expect(running.chosen.mechanism).toBe('loop');
    expect(await running.prepare(workspaceId, 64 * mib)).toBe('loop');
    expect(running.mechanismOf(workspaceId)).toBe('loop');
    await expect(fill('big', 80 * mib)).rejects.toMatchObject({ code: 'ENOSPC' });
    const full = await running.usage(owner());
    expect(full.limit - (full.used ?? 0)).toBeLessThan(mib);
    expect(full.limit).toBeGreaterThan(50 * mib);
    expect(full.limit).toBeLessThanOrEqual(64 * mib);
  });

  it('belongs to root, can be passed through but not listed, and costs little', async () => {
    await (await start()).prepare(workspaceId, 1024 * mib);
    const found = await stat(paths.workspace(workspaceId).disk);
    expect([found.uid, found.mode & 0o7777]).toEqual([0, 0o711]);
    expect((await stat(image())).mode & 0o7777).toBe(0o600);
    expect((await stat(image())).blocks * 512).toBeLessThan(6 * mib);
    const options = execFileSync('findmnt', ['-no', 'OPTIONS', paths.workspace(workspaceId).disk], {
      encoding: 'utf8',
    });
    expect(options).toMatch(/nosuid.*nodev/);
  });

  it('gives the space of deleted files back to the host', async () => {
    await (await start()).prepare(workspaceId, 256 * mib);
    await fill('big', 100 * mib);
    execFileSync('sync', ['-f', project()]);
    const before = (await stat(image())).blocks * 512;
    execFileSync('rm', [join(project(), 'big')]);
    execFileSync('sync', ['-f', project()]);
    expect(before).toBeGreaterThan(100 * mib);
    await until(async () => (await stat(image())).blocks * 512 < 30 * mib);
  });

  it('grows with its limit, keeps its files, and never shrinks', async () => {
    const running = await start();
    await running.prepare(workspaceId, 64 * mib);
    await fill('kept', mib);
    await running.prepare(workspaceId, 256 * mib);
    expect((await running.usage(owner())).limit).toBeGreaterThan(200 * mib);
    await running.prepare(workspaceId, 32 * mib);
    expect((await running.usage(owner())).limit).toBeGreaterThan(200 * mib);
    expect((await readFile(join(project(), 'kept'))).length).toBe(mib);
  });

  it('leaves nothing mounted at the end, and has the files again with the next start', async () => {
    const first = await start();
    await first.prepare(workspaceId, 64 * mib);
    await fill('kept', 10);
    await first.stop();
    expect(await mountsAt(paths.workspace(workspaceId).disk)).toEqual([]);
    expect(await loopDevicesOf(image())).toEqual([]);
    const second = await start();
    expect(second.mechanismOf(workspaceId)).toBe('loop');
    expect((await readFile(join(project(), 'kept'))).length).toBe(10);
    expect(await second.prepare(workspaceId, 64 * mib)).toBe('loop');
    expect(await mountsAt(paths.workspace(workspaceId).disk)).toHaveLength(1);
  });
});
