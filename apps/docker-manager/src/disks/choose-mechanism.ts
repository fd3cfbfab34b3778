import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isNativeError } from 'node:util/types';

import { DomainError, type DiskMechanism, type DockerConfig } from '@aicode/contracts';
import type { Logger } from '@aicode/service-kit';

import { createImage } from './disk-image.js';
import { mountLoopDisk, unmountLoopDisk, type LoopDisk } from './loop-disk.js';
import { ProgramFailed } from './run-program.js';

const trial = 'disk-trial-';

export interface ChosenMechanism {
  mechanism: DiskMechanism;
  /** Why this one, and what to do for the better one. */
  reason: string;
}

export interface ChooseMechanism {
  wanted: DockerConfig['disk_mechanism'];
  /** A directory of the home where a disk may be tried. */
  place: string;
  /** User that the platform runs as. */
  uid: number;
  log: Logger;
}

/**
 * The best mechanism that really works on this node.
 * @throws DomainError config.invalid if one is demanded that does not.
 */
export async function chooseMechanism(choice: ChooseMechanism): Promise<ChosenMechanism> {
  if (choice.wanted === 'measured') {
    return { mechanism: 'measured', reason: 'The configuration says so (docker.disk_mechanism).' };
  }
  const problem = await loopProblem(choice);
  if (problem === undefined) {
    return { mechanism: 'loop', reason: 'Every workspace has a file system of its own: its limit cannot be passed.' };
  }
  if (choice.wanted === 'auto') {
    return {
      mechanism: 'measured',
      reason: `Disks are measured, and what passes its limit is stopped a little later. For hard limits: ${problem}`,
    };
  }
  throw new DomainError(
    'config.invalid',
    `docker.disk_mechanism is \`loop\`, but that does not work here. ${problem} Or set docker.disk_mechanism to \`auto\`.`,
  );
}

async function loopProblem({ place, uid, log }: ChooseMechanism): Promise<string | undefined> {
  if (uid !== 0) return 'The platform must run as root to mount disks; it does not.';
  try {
    await tryLoop(place, log);
    return undefined;
  } catch (error) {
    log.debug({ err: error }, 'a disk was tried and does not work');
    return explain(error);
  }
}

async function tryLoop(place: string, log: Logger): Promise<void> {
  // Of a start that was killed.
  for (const name of await readdir(place)) if (name.startsWith(trial)) await remove(join(place, name), log);
  const dir = await mkdtemp(join(place, trial));
  try {
    const paths = diskIn(dir);
    await createImage(paths.diskImage, 16 * 1024 ** 2);
    await mountLoopDisk(paths);
    const file = join(paths.disk, 'written');
    await writeFile(file, 'and read');
    if ((await readFile(file, 'utf8')) !== 'and read') throw new Error('a file read differently than it was written');
  } finally {
    await remove(dir, log);
  }
}

async function remove(dir: string, log: Logger): Promise<void> {
  await unmountLoopDisk(diskIn(dir), log, { force: true });
  await rm(dir, { recursive: true, force: true });
}

function diskIn(dir: string): LoopDisk {
  return { disk: join(dir, 'disk'), diskImage: join(dir, 'disk.img') };
}

/** A sentence with its remedy. What mkfs and mount say names only paths of our own, which the administrator knows. */
function explain(error: unknown): string {
  if (!(error instanceof ProgramFailed)) {
    return `A disk could not be tried (${isNativeError(error) ? error.message : String(error)}). Check the home's file system.`;
  }
  const { program, end } = error;
  if (end === 'missing') {
    const packageName = ['mount', 'umount', 'losetup'].includes(program) ? 'mount' : 'e2fsprogs';
    return `The program ${program} is missing. Install it (Debian: apt-get install ${packageName}) and start the platform again.`;
  }
  if (end === 'timeout') return `The program ${program} did not end. Look at the kernel's log (dmesg).`;
  const said = error.said.split('\n')[0] ?? '';
  if (program !== 'mount') return `The program ${program} failed (${said}). Check the home's file system.`;
  return `A disk image could not be mounted (${said}). Loop devices must be there (modprobe loop), and in a container the right to use them (docker run --privileged).`;
}
