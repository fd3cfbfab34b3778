import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';

const directories = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin'];

/** The absolute path of a system program, or undefined. The PATH of whoever started the platform has no say. */
export async function findTool(name: string): Promise<string | undefined> {
  for (const directory of directories) {
    const path = join(directory, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
