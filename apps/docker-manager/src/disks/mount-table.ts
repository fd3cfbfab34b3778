import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Mount {
  /** Where. */
  path: string;
  /** `<major>:<minor>` */
  device: string;
  /** Which directory of the file system is seen there. */
  root: string;
  /** Such as ext4. */
  type: string;
  /** Of the file system as a whole, such as the controllers of a cgroup hierarchy. */
  options: string[];
}

/** proc(5), mountinfo: `id parent major:minor root path options … - type source options`, with blanks in names as `\040`. */
export function parseMountinfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [place = '', system = ''] = line.split(' - ');
    const [, , device, root, path] = place.split(' ');
    const [type = '', , options = ''] = system.split(' ');
    if (!device || !root || !path) return [];
    return [{ path: unescape(path), device, root: unescape(root), type, options: options.split(',') }];
  });
}

function unescape(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** What is mounted exactly at a directory, the uppermost last. */
export async function mountsAt(path: string): Promise<Mount[]> {
  return parseMountinfo(await readFile('/proc/self/mountinfo', 'utf8')).filter((mount) => mount.path === path);
}

export interface LoopDevice {
  /** Such as /dev/loop0. */
  device: string;
  /** The file behind it; ends with ` (deleted)` if it is gone. */
  file: string;
}

/** All loop devices with a file, as the kernel lists them (what `losetup -a` reads). */
export async function loopDevices(): Promise<LoopDevice[]> {
  const names = (await readdir('/sys/block')).filter((name) => name.startsWith('loop'));
  const found = await Promise.all(
    names.map(async (name) => {
      const file = await readFile(join('/sys/block', name, 'loop', 'backing_file'), 'utf8').catch(() => undefined);
      return file === undefined ? [] : [{ device: `/dev/${name}`, file: file.trimEnd() }];
    }),
  );
  return found.flat();
}

export async function loopDevicesOf(file: string): Promise<string[]> {
  return (await loopDevices()).filter((loop) => loop.file === file).map((loop) => loop.device);
}
