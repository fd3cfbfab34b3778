import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { inside, type Account } from '@aicode/sandbox';

import type { ImageFacts } from './image-check.js';

/**
 * /etc/passwd and /etc/group of the image with a line for the user that programs run as, where the image does not know it: ssh,
 * git and much else refuse to work for a user without a name.
 */
export async function accountFiles(
  directory: string,
  image: Pick<ImageFacts, 'passwd' | 'group'>,
  { uid, gid }: Account,
): Promise<{ source: string; target: string }[]> {
  const files: { source: string; target: string }[] = [];
  if (!knows(image.passwd, uid)) {
    const passwd = `${freeName(image.passwd)}:x:${uid}:${gid}::${inside.home}:/bin/sh`;
    files.push({ source: await write(directory, 'passwd', image.passwd, passwd), target: '/etc/passwd' });
  }
  if (!knows(image.group, gid)) {
    const group = `${freeName(image.group)}:x:${gid}:`;
    files.push({ source: await write(directory, 'group', image.group, group), target: '/etc/group' });
  }
  return files;
}

/** The name of the user, as the files above give it. */
export function accountName(image: Pick<ImageFacts, 'passwd'>, uid: number): string {
  const line = image.passwd.find((entry) => entry.split(':')[2] === String(uid));
  return line?.split(':')[0] ?? freeName(image.passwd);
}

function knows(lines: string[], id: number): boolean {
  return lines.some((line) => line.split(':')[2] === String(id));
}

function freeName(lines: string[]): string {
  const taken = new Set(lines.map((line) => line.split(':')[0]));
  return taken.has(inside.user) ? `${inside.user}-user` : inside.user;
}

/** Named for its content: another content makes another container. */
async function write(directory: string, name: string, lines: string[], last: string): Promise<string> {
  const text = [...lines, last, ''].join('\n');
  const path = join(directory, `${name}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`);
  if (existsSync(path)) return path;
  await writeFile(`${path}+`, text, { mode: 0o644 });
  await rename(`${path}+`, path);
  return path;
}
