import { chown, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cloneRepository } from './clone-repository.js';
import type { Executor } from './exec.js';
import { hostGit, startGitServer, type GitServer } from './fixtures/git-server.js';
import { makeWorkspace, owner, type TestWorkspace } from './fixtures/workspace.js';
import { runGit } from './git.js';
import { createProcessExecutor } from './process-executor.js';

let executor: Executor;
let server: GitServer;
let workspace: TestWorkspace;
beforeAll(async () => {
  [executor, server] = await Promise.all([createProcessExecutor({ unsandboxed: false }), startGitServer()]);
});
afterAll(() => server.close());
beforeEach(async () => {
  workspace = await makeWorkspace();
});
afterEach(() => workspace.remove());

const clone = (more: Partial<Parameters<typeof cloneRepository>[1]> = {}) =>
  cloneRepository(executor, {
    project: workspace.project,
    url: `http://127.0.0.1:${server.port}${server.repositoryPath}`,
    allowLoopback: true,
    timeoutMs: 30_000,
    ...more,
  });

describe('clone', () => {
  it('brings a repository over HTTP, as the owner of the project, and tells its progress', async () => {
    const lines: string[] = [];
    await clone({ onProgress: (line) => lines.push(line) });
    expect(await readFile(join(workspace.project, 'README.md'), 'utf8')).toBe('hello\n');
    expect(statSync(join(workspace.project, '.git', 'HEAD')).uid).toBe(owner.uid);
    expect(lines.join('\n')).toMatch(/Cloning into.*[\s\S]*100%/);
  });

  it('checks out the branch that is asked for', async () => {
    await clone({ branch: 'feature/x' });
    const { stdout } = await runGit(executor, {
      project: workspace.project,
      args: ['branch', '--show-current'],
      timeoutMs: 10_000,
    });
    expect(stdout).toBe('feature/x\n');
  });

  it('goes to the addresses found before, whatever the name server says later', async () => {
    // git.invalid resolves nowhere: only the pinned address can lead git to the server.
    const url = `http://git.invalid:${server.port}${server.repositoryPath}`;
    await clone({ url, lookup: () => Promise.resolve(['127.0.0.1']) });
    expect(await readdir(workspace.project)).toContain('README.md');
  });

  it.each([
    ['a branch that is not there', { branch: 'none' }, /git clone failed: Remote branch none not found/],
    ['a branch that is an option', { branch: '--upload-pack=x' }, /not a valid name of a git branch/],
    ['loopback where it is not allowed', { allowLoopback: false }, /leads to this machine itself/],
  ])('refuses %s', async (_, more, message) => {
    await expect(clone(more)).rejects.toThrow(message);
    expect(await readdir(workspace.project)).toEqual([]);
  });

  it('follows no redirect', async () => {
    await expect(clone({ url: `http://127.0.0.1:${server.port}${server.redirectPath}` })).rejects.toThrow(
      /use the address it redirects to/,
    );
  });

  it('says of a repository that is not there that it may need a sign-in', async () => {
    await expect(clone({ url: `http://127.0.0.1:${server.port}/none.git` })).rejects.toMatchObject({
      code: 'workspace.git_failed',
    });
  });

  it('ends a server that does not answer, by time and by signal', async () => {
    const url = `http://127.0.0.1:${server.port}${server.silentPath}`;
    await expect(clone({ url, timeoutMs: 300 })).rejects.toThrow(/did not finish within 1 s/);
    await expect(clone({ url, timeoutMs: 1 })).rejects.toThrow(/did not finish within 1 s/);
    const abort = new AbortController();
    const going = clone({ url, signal: abort.signal, onProgress: () => abort.abort(new Error('cancelled')) });
    await expect(going).rejects.toThrow('cancelled');
  });
});

describe('git on a hostile repository', () => {
  const marker = '/tmp/aicode-git-ran-on-the-host';

  async function hostileRepository(): Promise<void> {
    const { project } = workspace;
    hostGit(project, 'init', '-q', '.');
    await writeFile(join(project, 'a.txt'), 'one\n');
    hostGit(project, 'add', '.');
    hostGit(project, 'commit', '-qm', 'first');
    const program = (name: string) =>
      writeFile(
        join(project, '.git', name),
        `#!/bin/sh\necho ran >> ${marker}; echo ran >> /workspace/.git/ran-${name}; [ $# -gt 0 ] || cat\n`,
        { mode: 0o755 },
      );
    await program('evil');
    await program('filter');
    for (const [name, value] of [
      ['core.fsmonitor', '/workspace/.git/evil'],
      ['core.hooksPath', '/workspace/.git/hooks2'],
      ['core.pager', '/workspace/.git/evil'],
      ['diff.external', '/workspace/.git/filter'],
      ['filter.evil.clean', '/workspace/.git/filter'],
      ['filter.evil.smudge', '/workspace/.git/filter'],
      ['alias.status', '!/workspace/.git/evil'],
    ] satisfies [string, string][]) {
      hostGit(project, 'config', name, value);
    }
    await mkdir(join(project, '.git', 'hooks2'));
    await writeFile(join(project, '.git', 'hooks2', 'post-checkout'), await readFile(join(project, '.git', 'evil')), {
      mode: 0o755,
    });
    await writeFile(join(project, '.gitattributes'), '* filter=evil diff=evil\n');
    await writeFile(join(project, 'a.txt'), 'two\n');
    await own(project);
  }

  async function own(path: string): Promise<void> {
    await chown(path, owner.uid, owner.gid);
    if (statSync(path).isDirectory()) for (const name of readdirSync(path)) await own(join(path, name));
  }

  const git = (...args: string[]) => runGit(executor, { project: workspace.project, args, timeoutMs: 20_000 });

  it('runs hooks and the file monitor nowhere, and no program on the host', async () => {
    await hostileRepository();
    expect((await git('status', '--porcelain')).stdout).toContain('a.txt');
    await git('checkout', '-b', 'other');
    expect((await git('log', '--format=%s')).stdout).toBe('first\n');
    expect(existsSync(join(workspace.project, '.git', 'ran-evil'))).toBe(false);
    expect(existsSync(marker)).toBe(false);
  });

  it('runs a filter and an external diff inside the sandbox alone', async () => {
    await hostileRepository();
    await git('diff');
    expect(existsSync(join(workspace.project, '.git', 'ran-filter'))).toBe(true);
    expect(existsSync(marker)).toBe(false);
  });

  it('has no network, and no protocol that runs programs', async () => {
    await hostileRepository();
    await expect(git('fetch', `http://127.0.0.1:${server.port}${server.repositoryPath}`)).rejects.toThrow(/connect/i);
    await expect(git('fetch', 'ext::sh -c "touch /workspace/ext"')).rejects.toThrow(/transport 'ext' not allowed/);
    await expect(git('fetch', 'file:///workspace')).rejects.toThrow(/transport 'file' not allowed/);
    expect(existsSync(join(workspace.project, 'ext'))).toBe(false);
  });

  it('is bounded in its output, and may answer with a code', async () => {
    await hostileRepository();
    const project = workspace.project;
    await expect(runGit(executor, { project, args: ['log'], timeoutMs: 10_000, maxOutputBytes: 10 })).rejects.toThrow(
      /more output than can be shown/,
    );
    const quiet = ['diff', '--no-ext-diff', '--quiet'];
    expect(await runGit(executor, { project, args: quiet, timeoutMs: 10_000, okCodes: [0, 1] })).toMatchObject({
      code: 1,
    });
    await expect(git('no-such-verb')).rejects.toThrow(
      "git no-such-verb failed: git: 'no-such-verb' is not a git command",
    );
  });

  it('hands its output on as it comes, and is ended when that is enough', async () => {
    await hostileRepository();
    await writeFile(join(workspace.project, 'a.txt'), 'x\n'.repeat(5_000_000));
    await own(workspace.project);
    const project = workspace.project;
    const args = ['diff', '--no-ext-diff'];
    let bytes = 0;
    const onOutput = (chunk: Buffer): boolean => (bytes += chunk.length) < 100_000;
    expect(await runGit(executor, { project, args, timeoutMs: 20_000, onOutput })).toMatchObject({
      code: 0,
      stdout: '',
    });
    expect(bytes).toBeGreaterThanOrEqual(100_000);
    expect(bytes).toBeLessThan(5_000_000);
  });

  it('runs no filter whose command is taken away, whatever its name', async () => {
    await hostileRepository();
    const name = 'filter.a=b.clean';
    hostGit(workspace.project, 'config', name, '/workspace/.git/filter');
    await writeFile(join(workspace.project, '.gitattributes'), '* filter=a=b\n');
    await own(workspace.project);
    const run = { project: workspace.project, args: ['diff', '--no-ext-diff'], timeoutMs: 20_000 };
    const ran = () => existsSync(join(workspace.project, '.git', 'ran-filter'));
    expect((await runGit(executor, { ...run, namedSettings: [[name, '']] })).stdout).toContain('+two');
    expect(ran()).toBe(false);
    await runGit(executor, run);
    expect(ran()).toBe(true);
  });
});
