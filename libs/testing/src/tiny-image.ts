import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { promisify } from 'node:util';

import type Docker from 'dockerode';

import { tempDir } from './temp-dir.js';

const run = promisify(execFile);
const name = 'aicli/tiny:latest';
/** As in the workspace image: where docker-manager mounts, and what programs take for granted. */
const folders = ['bin', 'tmp', 'workspace', 'aicli', 'run/aicli', 'home/agent'];

/** Makes an image of this machine's busybox (Debian: busybox-static) and its applets; 2 MB, no registry needed. */
export async function importTinyImage(docker: Docker): Promise<string> {
  const root = await tempDir('tiny');
  try {
    for (const folder of folders) await mkdir(`${root.path}/${folder}`, { recursive: true });
    await cp((await run('sh', ['-c', 'command -v busybox'])).stdout.trim(), `${root.path}/bin/busybox`);
    const applets = (await run('busybox', ['--list'])).stdout.split('\n').filter((it) => it !== '' && it !== 'busybox');
    for (const applet of applets) await symlink('busybox', `${root.path}/bin/${applet}`);
    const tar = spawn('tar', ['--create', '--owner=0', '--group=0', '--mode=a+rX', '--directory', root.path, '.'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(tar, 'exit').then(() => tar.exitCode);
    const answer = await docker.importImage(tar.stdout, {
      repo: 'aicli/tiny',
      tag: 'latest',
      changes: 'ENV PATH=/bin',
    });
    let said = '';
    for await (const piece of answer) said += String(piece);
    const code = await ended;
    if (code !== 0 || !said.includes('sha256:'))
      throw new Error(`The tiny image was not made: tar ended with ${code}; ${said}`);
    return name;
  } finally {
    await root.remove();
  }
}
