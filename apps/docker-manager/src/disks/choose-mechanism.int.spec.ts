import { chown, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { newId } from '@aicode/contracts';
import { createLogger, homePaths, prepareHome, type HomePaths } from '@aicode/service-kit';
import { mountsBelow, tempDir, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { chooseMechanism } from './choose-mechanism.js';
import { startDiskProcess } from './fixtures/disk-process.js';
import { loopDevicesOf } from './mount-table.js';

const asRoot = process.geteuid?.() === 0 ? describe : describe.skip;
const log = createLogger({ level: 'silent' });
const workspaceId = newId('workspace');

let dir: TempDir;
let paths: HomePaths;

beforeEach(async () => {
  dir = await tempDir('mechanism');
  paths = homePaths(dir.path);
  await prepareHome(paths);
});
afterEach(() => dir.remove());

asRoot('a node with disks of their own', () => {
  it('has tried one, and cleared it away with what a killed start left', async () => {
    await mkdir(join(paths.runDir, 'disk-trial-old', 'disk'), { recursive: true });
    const chosen = await chooseMechanism({ wanted: 'loop', place: paths.runDir, uid: 0, log });
    expect(chosen).toEqual({ mechanism: 'loop', reason: expect.stringContaining('file system of its own') });
    expect([await readdir(paths.runDir), await mountsBelow(dir.path)]).toEqual([[], []]);
  });
});

asRoot('a node without disks of their own', () => {
  it('is that of an ordinary user', async () => {
    for (const path of [dir.path, paths.runDir, paths.workspaces, paths.secretsDir]) await chown(path, 65_534, 65_534);
    const process = await startDiskProcess(dir.path, workspaceId, 65_534);
    await process.kill();
    expect(process.said.mechanism).toBe('measured');
    expect(process.said.reason).toContain('must run as root');
    expect(await loopDevicesOf(paths.workspace(workspaceId).diskImage)).toEqual([]);
  });

  it('refuses a configuration that demands them, with the cause and the remedy', async () => {
    await expect(chooseMechanism({ wanted: 'loop', place: paths.runDir, uid: 65_534, log })).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringMatching(/must run as root.*docker\.disk_mechanism to `auto`/),
    });
  });

  it('is one without the programs for it', async () => {
    const { PATH } = process.env;
    const place = { wanted: 'auto' as const, place: paths.runDir, uid: 0, log };
    const bin = join(dir.path, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'mount'), '#!/bin/sh\necho "mount: failed to setup loop device" >&2; exit 32\n', {
      mode: 0o755,
    });
    process.env['PATH'] = bin;
    const chosen = await chooseMechanism(place).finally(() => (process.env['PATH'] = PATH));
    expect(chosen).toEqual({
      mechanism: 'measured',
      reason: expect.stringContaining('(mount: failed to setup loop device)'),
    });
    expect(chosen.reason).toContain('modprobe loop');
    expect((await readdir(paths.runDir)).filter((name) => name.startsWith('disk-trial'))).toEqual([]);
  });
});
