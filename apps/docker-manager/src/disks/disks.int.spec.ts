import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { DockerConfig, newId, type ContainerOwner } from '@aicode/contracts';
import { createLogger, homePaths, prepareHome, type HomePaths } from '@aicode/service-kit';
import { tempDir, until, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { startDiskProcess } from './fixtures/disk-process.js';
import { Disks } from './disks.service.js';
import { loopDevicesOf, mountsAt } from './mount-table.js';

const asRoot = process.geteuid?.() === 0 ? describe : describe.skip;
const mib = 1024 ** 2;
const log = createLogger({ level: 'silent' });

let dir: TempDir;
let paths: HomePaths;
let disks: Disks | undefined;
let workspaceId: string;
const users: ChildProcess[] = [];

beforeEach(async () => {
  dir = await tempDir('disks');
  paths = homePaths(dir.path);
  await prepareHome(paths);
  workspaceId = newId('workspace');
});
afterEach(async () => {
  for (const user of users.splice(0)) {
    user.kill('SIGKILL');
    await ended(user);
  }
  await disks?.stop();
  disks = undefined;
  await dir.remove();
});

async function start(settings: Partial<DockerConfig> = {}, uid?: number): Promise<Disks> {
  const config = { ...DockerConfig.parse({}), ...settings };
  disks = await Disks.start({ paths, config, log, ...(uid === undefined ? {} : { uid }) });
  return disks;
}

/** A process that works in a directory. */
async function use(directory: string): Promise<ChildProcess> {
  const user = spawn('sleep', ['600'], { cwd: directory, stdio: 'ignore' });
  users.push(user);
  await once(user, 'spawn');
  return user;
}

async function ended(user: ChildProcess): Promise<void> {
  if (user.exitCode === null && user.signalCode === null) await once(user, 'exit');
}

const project = (): string => paths.workspace(workspaceId).project;
const disk = (): string => paths.workspace(workspaceId).disk;
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
    const found = await stat(disk());
    expect([found.uid, found.mode & 0o7777]).toEqual([0, 0o711]);
    expect((await stat(image())).mode & 0o7777).toBe(0o600);
    expect((await stat(image())).blocks * 512).toBeLessThan(6 * mib);
    const options = execFileSync('findmnt', ['-no', 'OPTIONS', disk()], {
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
    expect(await mountsAt(disk())).toEqual([]);
    expect(await loopDevicesOf(image())).toEqual([]);
    const second = await start();
    expect(second.mechanismOf(workspaceId)).toBe('loop');
    expect((await readFile(join(project(), 'kept'))).length).toBe(10);
    expect(await second.prepare(workspaceId, 64 * mib)).toBe('loop');
    expect(await mountsAt(disk())).toHaveLength(1);
  });

  it('takes over what a killed process left mounted, and clears it away', async () => {
    const killed = await startDiskProcess(dir.path, workspaceId);
    expect(killed.said.mechanism).toBe('loop');
    await fill('kept', 10);
    await killed.kill();
    expect(await mountsAt(disk())).toHaveLength(1);
    const running = await start();
    expect(running.mechanismOf(workspaceId)).toBe('loop');
    expect(await running.prepare(workspaceId, 64 * mib)).toBe('loop');
    expect(await mountsAt(disk())).toHaveLength(1);
    await running.release(workspaceId);
    expect(await mountsAt(disk())).toEqual([]);
    expect(await loopDevicesOf(image())).toEqual([]);
  });

  it('does not grow under somebody who uses it, and does when it is free', async () => {
    const running = await start();
    await running.prepare(workspaceId, 64 * mib);
    await mkdir(project(), { recursive: true });
    const user = await use(project());
    await running.prepare(workspaceId, 256 * mib);
    expect((await running.usage(owner())).limit).toBeLessThan(64 * mib);
    user.kill('SIGKILL');
    await ended(user);
    await running.prepare(workspaceId, 256 * mib);
    expect((await running.usage(owner())).limit).toBeGreaterThan(200 * mib);
  });

  it('is the same file system as before while something has it mounted elsewhere, as a container has', async () => {
    const running = await start();
    await running.prepare(workspaceId, 64 * mib);
    await fill('kept', 10);
    const before = await running.mountId(workspaceId);
    // A mount namespace of its own, where ours is not unmounted with ours.
    const container = spawn('unshare', [
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      'echo ready; exec sleep 600',
    ]);
    users.push(container);
    await once(container.stdout, 'data');
    await running.stop();
    expect(await mountsAt(disk())).toEqual([]);
    const again = await start();
    expect(await again.mountId(workspaceId)).toBe(before);
    await again.prepare(workspaceId, 256 * mib);
    expect((await again.usage(owner())).limit).toBeLessThan(64 * mib);
    expect((await readFile(join(project(), 'kept'))).length).toBe(10);
  });

  it('goes on where the growth of an image was cut off', async () => {
    const running = await start();
    await running.prepare(workspaceId, 64 * mib);
    await running.stop();
    await truncate(image(), 256 * mib);
    await running.prepare(workspaceId, 256 * mib);
    expect((await running.usage(owner())).limit).toBeGreaterThan(200 * mib);
  });

  it('is taken out of sight when its workspace goes while something is in it', async () => {
    const running = await start();
    await running.prepare(workspaceId, 64 * mib);
    const user = await use(disk());
    await running.stop();
    expect(await mountsAt(disk())).toHaveLength(1);
    await running.release(workspaceId);
    expect(await mountsAt(disk())).toEqual([]);
    user.kill('SIGKILL');
    await ended(user);
    await until(async () => (await loopDevicesOf(image())).length === 0);
  });

  it('hides no files: a workspace that has some stays measured', async () => {
    const running = await start();
    await fill('kept', 10);
    expect(await running.prepare(workspaceId, 64 * mib)).toBe('measured');
    expect((await readFile(join(project(), 'kept'))).length).toBe(10);
  });

  it('is not chosen between two sets of files', async () => {
    const running = await start();
    await running.prepare(workspaceId, 64 * mib);
    await running.stop();
    await fill('other', 10);
    await expect(running.prepare(workspaceId, 64 * mib)).rejects.toMatchObject({
      code: 'storage.unavailable',
      message: expect.stringContaining('Move these files'),
    });
  });

  it('is still mounted when new ones shall be measured', async () => {
    await (await start()).prepare(workspaceId, 64 * mib);
    await disks?.stop();
    const running = await start({ disk_mechanism: 'measured' });
    expect(running.chosen.mechanism).toBe('measured');
    expect(running.mechanismOf(workspaceId)).toBe('loop');
    expect(await running.prepare(newId('workspace'), 64 * mib)).toBe('measured');
  });

  it('that is broken is an error of its own workspace alone', async () => {
    const running = await start();
    await running.prepare(workspaceId, 64 * mib);
    await running.stop();
    await writeFile(image(), Buffer.alloc(64 * mib, 'x'));
    const again = await start();
    await expect(again.prepare(workspaceId, 64 * mib)).rejects.toMatchObject({ code: 'storage.unavailable' });
    expect(await again.prepare(newId('workspace'), 64 * mib)).toBe('loop');
  });

  it('cannot be used by a platform that is not root, which says so', async () => {
    await (await start()).prepare(workspaceId, 64 * mib);
    await disks?.stop();
    const running = await start({}, 65_534);
    await expect(running.prepare(workspaceId, 64 * mib)).rejects.toThrow('Start the platform as root');
  });
});
