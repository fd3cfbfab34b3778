import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { inside, type Account } from '@aicode/sandbox';

import type { ImageFacts } from './image-check.js';

/**
 * /etc/passwd and /etc/group of the image with the user that programs run as, where the image does not know it: ssh,
 * git and much else refuse to work for a user without a name.
 */
export async function accountFiles(
  directory: string,
  image: Pick<ImageFacts, 'passwd' | 'group'>,
  { uid, gid }: Account,
): Promise<{ source: string; target: string }[]> {
  const files: { source: string; target: string }[] = [];
  if (!knows(image.passwd, uid)) {
    const passwd = `${inside.user}:x:${uid}:${gid}::${inside.home}:/bin/sh`;
    files.push({ source: await write(directory, 'passwd', image.passwd, passwd), target: '/etc/passwd' });
  }
  if (!knows(image.group, gid)) {
    const group = `${inside.user}:x:${gid}:`;
    files.push({ source: await write(directory, 'group', image.group, group), target: '/etc/group' });
  }
  return files;
}

/** The name of the user, as the files above give it. */
export function accountName(image: Pick<ImageFacts, 'passwd'>, uid: number): string {
  const line = image.passwd.find((entry) => entry.split(':')[2] === String(uid));
  return line?.split(':')[0] ?? inside.user;
}

function knows(lines: string[], id: number): boolean {
  return lines.some((line) => line.split(':')[2] === String(id));
}

/** Named for its content: another content makes another container. */
async function write(directory: string, name: string, lines: string[], last: string): Promise<string> {
  const others = lines.filter((line) => !line.startsWith(`${inside.user}:`));
  const text = [...others, last, ''].join('\n');
  const path = join(directory, `${name}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`);
  if (existsSync(path)) return path;
  await writeFile(`${path}+`, text, { mode: 0o644 });
  await rename(`${path}+`, path);
  return path;
}
