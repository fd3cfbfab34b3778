import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { tempDir } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { finished } from 'node:stream/promises';

import { imageName } from './dockerfile-images.js';
import { unless } from './engine-client.js';
import { containersStack, docker, finish, type ContainersStack } from './fixtures/containers-stack.js';

let stack: ContainersStack;
const made: string[] = [];
beforeAll(async () => {
  stack = await containersStack();
});
afterAll(async () => {
  await stack.stop();
  await Promise.all(made.map((name) => unless([404], docker.getImage(name).remove({ force: true }))));
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

describe('a Dockerfile of a workspace', () => {
  const dockerfile = (text: string): string => {
    const whole = `FROM debian:bookworm-slim\n${text}\n# ${randomBytes(6).toString('hex')}\n`;
    made.push(imageName(whole));
    return whole;
  };

  it('makes the image of its container, once for each text', async () => {
    const text = dockerfile('RUN echo built > /built.txt && ls /sys/class/net > /devices.txt');
    const workspace = await stack.workspace({ dockerfile: text });
    const result = await finish(await workspace.sh('cat /built.txt /devices.txt; /opt/claude/claude --version'));
    expect(result.stdout).toMatch(/^built\nlo\n\d+\.\d+\.\d+ /);
    const { Id } = await docker.getImage(imageName(text)).inspect();
    const again = await stack.workspace({ dockerfile: text });
    expect((await finish(await again.sh('cat /built.txt'))).stdout).toBe('built\n');
    expect((await docker.getImage(imageName(text)).inspect()).Id).toBe(Id);
  });

  it('that cannot be built says why', async () => {
    const workspace = await stack.workspace({ dockerfile: dockerfile('RUN echo so far && exit 3') });
    await expect(workspace.sh('true')).rejects.toMatchObject({
      code: 'container.image_unfit',
      message: expect.stringMatching(/could not be built.*so far.*returned a non-zero code: 3/s),
    });
    const wrong = await stack.workspace({ dockerfile: 'BAKE bread\n' });
    await expect(wrong.sh('true')).rejects.toMatchObject({ code: 'container.image_unfit' });
  });

  it('gets nothing of the project beside it', async () => {
    const workspace = await stack.workspace({ dockerfile: dockerfile('COPY . /stolen') });
    const result = await finish(await workspace.sh('ls /stolen'));
    expect(result.stdout).toBe('Dockerfile\n');
  });
});
