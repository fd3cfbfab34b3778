import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface TempDir {
  /** Absolute, and short enough for a Unix socket inside (under 108 bytes). */
  path: string;
  /** Unmounts what is mounted below it and deletes it with all that is in it; does nothing the second time. */
  remove(): Promise<void>;
}

/** A new empty directory under /tmp that only we can enter. */
export async function tempDir(prefix = 'aicode'): Promise<TempDir> {
  const path = await mkdtemp(`/tmp/${prefix}-`);
  return {
    path,
    remove: async () => {
      await unmountBelow(path);
      await rm(path, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

const run = promisify(execFile);

/** A platform that was killed leaves its disks mounted; deleting would go through to what is mounted. */
async function unmountBelow(folder: string): Promise<void> {
  for (const mount of (await mountsBelow(folder)).reverse()) {
    await run('umount', ['--', mount]).catch(() => run('umount', ['--lazy', '--', mount]));
  }
}

/** In the order of mounting. proc(5), mountinfo: the fifth field, with blanks as `\040`. */
export async function mountsBelow(folder: string): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  return table
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replace(/\\([0-7]{3})/g, (_, code: string) => fromOctal(code)))
    .filter((mount) => mount.startsWith(`${folder}/`));
}

function fromOctal(code: string): string {
  return String.fromCharCode(Number.parseInt(code, 8));
}
