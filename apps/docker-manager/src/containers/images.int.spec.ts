import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { tempDir } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { finished } from 'node:stream/promises';

import { containersStack, docker, finish, type ContainersStack } from './fixtures/containers-stack.js';

let stack: ContainersStack;
const made: string[] = [];
beforeAll(async () => {
  stack = await containersStack();
});
afterAll(async () => {
  await stack.stop();
  await Promise.all(made.map((name) => docker.getImage(name).remove({ force: true })));
});

/** An image of a few files of this machine. */
async function image(files: Record<string, string>, texts: Record<string, string> = {}): Promise<string> {
  const root = await tempDir('image');
  const name = `aicode-test/${randomBytes(6).toString('hex')}:1`;
  for (const [target, source] of Object.entries(files)) {
    const path = join(root.path, target);
    await mkdir(join(path, '..'), { recursive: true });
    if (source.startsWith('->')) await symlink(source.slice(2), path);
    else await copyFile(source, path);
  }
  for (const [target, text] of Object.entries(texts)) {
    const path = join(root.path, target);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text);
    await chmod(path, 0o755);
  }
  const tar = spawn('tar', ['-c', '-C', root.path, '.'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const answer = await docker.importImage(tar.stdout, { repo: name.split(':')[0], tag: '1' });
  answer.resume();
  await finished(answer, { writable: false });
  await root.remove();
  made.push(name);
  return name;
}

describe('an image of a user', () => {
  it('gets the CLI, and needs nothing of ours', async () => {
    const workspace = await stack.workspace({ image: 'debian:bookworm-slim' });
    const result = await finish(
      await workspace.sh('/opt/claude/claude --version; id -un; echo x > file; touch /opt/claude/claude'),
    );
    expect(result.stdout).toMatch(/^\d+\.\d+\.\d+ \(Claude Code\)\nagent\n$/);
    expect(result.stderr).toMatch(/Permission denied|Read-only/);
  });

  it('without a shell is refused, and says so', async () => {
    const workspace = await stack.workspace({ image: await image({}, { 'etc/hello': 'hello' }) });
    await expect(workspace.sh('true')).rejects.toMatchObject({
      code: 'container.image_unfit',
      message: expect.stringContaining('it has no /bin/sh that runs'),
    });
  });

  it('in which the CLI does not run is refused, and says so', async () => {
    const name = await image({
      'bin/sh': '/bin/dash',
      'lib/x86_64-linux-gnu/libc.so.6': '/lib/x86_64-linux-gnu/libc.so.6',
      'lib64/ld-linux-x86-64.so.2': '/lib64/ld-linux-x86-64.so.2',
    });
    const workspace = await stack.workspace({ image: name });
    await expect(workspace.sh('true')).rejects.toMatchObject({
      code: 'container.image_unfit',
      message: expect.stringMatching(/the Claude CLI does not run in it/),
    });
  });
});
