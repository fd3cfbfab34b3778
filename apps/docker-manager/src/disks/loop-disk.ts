import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { DomainError, type DiskMechanism } from '@aicode/contracts';
import type { Logger, WorkspacePaths } from '@aicode/service-kit';

import { checkImage, createImage, growImage, isSmaller } from './disk-image.js';
import { loopDevices, loopDevicesOf, mountsAt } from './mount-table.js';
import { ProgramFailed, runProgram } from './run-program.js';

export type LoopDisk = Pick<WorkspacePaths, 'disk' | 'diskImage'>;

/** No devices, no set-uid programs; space that is deleted goes back to the host; after an error nothing is made worse. */
const mountOptions = 'nosuid,nodev,noatime,discard,noinit_itable,errors=remount-ro';
const timeout = 30_000;
/** A container that starts holds a copy of all mounts for a moment. */
const letGoWithin = 2000;

/**
 * The disk of a workspace as a file system of its own: made if it is new, grown if it should be larger and nothing uses
 * it (never shrunk), mounted. A workspace that has files without an image stays `measured`: a mount would hide them.
 */
export async function prepareLoopDisk(paths: LoopDisk, bytes: number, log: Logger): Promise<DiskMechanism> {
  if (!existsSync(paths.diskImage)) {
    if (await hasFiles(paths.disk)) return 'measured';
    await mkdir(dirname(paths.diskImage), { recursive: true });
    await createImage(paths.diskImage, bytes);
  } else if (await isSmaller(paths.diskImage, bytes)) {
    await grow(paths, bytes, log);
  }
  await mountLoopDisk(paths);
  return 'loop';
}

/** Mounts an image that there is; does nothing if it is mounted. */
export async function mountLoopDisk(paths: LoopDisk): Promise<void> {
  if (await isMounted(paths)) return;
  // Without the mount nobody but root gets in: what is written there would be lost to the workspace.
  await mkdir(paths.disk, { recursive: true, mode: 0o700 });
  if (await hasFiles(paths.disk)) {
    throw new DomainError(
      'storage.unavailable',
      'The workspace has a disk image, and beside it files in the directory where the image belongs. Move these files (disk/ of the workspace) elsewhere and try again.',
    );
  }
  await attach(paths);
  await chown(paths.disk, 0, 0);
  await chmod(paths.disk, 0o711);
}

async function attach({ disk, diskImage }: LoopDisk): Promise<void> {
  const mount = (options: string, source: string): Promise<string> =>
    runProgram('mount', ['-t', 'ext4', '-o', options, '--', source, disk], { timeout });
  const [inUse] = await loopDevicesOf(diskImage);
  // A running container has it mounted still: the same device is the same file system. Another on the same file would destroy it.
  if (inUse !== undefined) {
    try {
      await mount(mountOptions, inUse);
      return;
    } catch (error) {
      if (await holds(diskImage, inUse)) throw error;
    }
  }
  await checkImage(diskImage);
  await mount(`loop,${mountOptions}`, diskImage);
}

async function holds(image: string, device: string): Promise<boolean> {
  return (await loopDevicesOf(image)).includes(device);
}

async function grow(paths: LoopDisk, bytes: number, log: Logger): Promise<void> {
  const free = (await unmountLoopDisk(paths, log)) && (await isLetGo(paths.diskImage));
  if (free) await growImage(paths.diskImage, bytes);
  else log.info({ bytes }, 'a disk is in use; it will be made larger when it is free');
}

async function isLetGo(image: string): Promise<boolean> {
  const end = performance.now() + letGoWithin;
  while ((await loopDevicesOf(image)).length > 0) {
    if (performance.now() > end) return false;
    await delay(50);
  }
  return true;
}

/**
 * Unmounts a disk, also what a killed process left, and lets its loop device go. False if something uses it; with `force`
 * it is taken out of sight even so, and goes when the last user ends.
 */
export async function unmountLoopDisk(
  paths: LoopDisk,
  log: Logger,
  { force = false }: { force?: boolean } = {},
): Promise<boolean> {
  const patience = performance.now() + (force ? letGoWithin : 0);
  while (await isMounted(paths)) {
    try {
      await runProgram('umount', ['--', paths.disk], { timeout });
    } catch (error) {
      if (!(error instanceof ProgramFailed) || error.end !== 'failed') throw error;
      if (!force) return false;
      if (performance.now() < patience) {
        await delay(100);
        continue;
      }
      log.warn({ err: error }, 'a disk is still in use; it is unmounted when that ends');
      await runProgram('umount', ['--lazy', '--', paths.disk], { timeout });
    }
  }
  for (const device of await loopDevicesOf(paths.diskImage)) await detach(device, log);
  return true;
}

/** Loop devices on images that were deleted while something still used them. */
export async function detachDeleted(workspaces: string, log: Logger): Promise<void> {
  for (const { device, file } of await loopDevices()) {
    if (file.startsWith(`${workspaces}/`) && file.endsWith('/disk.img (deleted)')) await detach(device, log);
  }
}

/** While it is in use this only marks it: it goes with its last user. */
async function detach(device: string, log: Logger): Promise<void> {
  await runProgram('losetup', ['--detach', device], { timeout }).catch((error: unknown) =>
    log.debug({ err: error, device }, 'a loop device had gone already'),
  );
}

export async function isMounted({ disk }: Pick<LoopDisk, 'disk'>): Promise<boolean> {
  return (await mountsAt(disk)).length > 0;
}

async function hasFiles(directory: string): Promise<boolean> {
  return existsSync(directory) && (await readdir(directory)).length > 0;
}
