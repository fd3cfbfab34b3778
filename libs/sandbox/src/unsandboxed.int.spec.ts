import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cloneRepository } from './clone-repository.js';
import type { ExecSpec, Executor } from './exec.js';
import { processesNamed } from './fixtures/alive.js';
import { startGitServer } from './fixtures/git-server.js';
import { bash, finish, give, makeWorkspace, owner, type TestWorkspace } from './fixtures/workspace.js';
import { createProcessExecutor } from './process-executor.js';

const missing = '/nonexistent/bwrap';
let executor: Executor;
let workspace: TestWorkspace;
const open = (script: string, more: Partial<ExecSpec> = {}) => executor.open(bash(workspace, script, more));

beforeAll(async () => {
  executor = await createProcessExecutor({ unsandboxed: true, bwrapPath: missing });
});
beforeAll(async () => {
  workspace = await makeWorkspace();
});
afterAll(() => workspace.remove());
afterEach(() => {
  delete process.env['PLATFORM_SECRET'];
});

describe('without bubblewrap', () => {
  it('there is no executor, and the message says how to get one', async () => {
    await expect(createProcessExecutor({ unsandboxed: false, bwrapPath: missing })).rejects.toMatchObject({
      code: 'executor.unavailable',
      message: expect.stringMatching(/bubblewrap \(bwrap\) is not installed.*install.*bubblewrap/),
    });
  });

  it('says plainly what is not isolated', () => {
    expect(executor.sandboxed).toBe(false);
    expect(executor.description).toMatch(/^NOT sandboxed/);
  });

  it("runs as the project's owner, with an environment and a home of its own, and places translated", async () => {
    process.env['PLATFORM_SECRET'] = 'x';
    const tool = join(workspace.root, 'tool');
    await mkdir(tool);
    await writeFile(join(tool, 'f'), 'tool');
    const result = await finish(
      await open('id -u; pwd; cat $WHERE/f; env; ls -d $HOME; touch $HOME/x $STATE/x', {
        env: { WHERE: '/run/tool', STATE: '/aicli', LIKE: '/workspaces' },
        readOnly: [{ source: tool, target: '/run/tool' }],
      }),
    );
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(new RegExp(`^${owner.uid}\\n${workspace.project}\\ntool`));
    expect(result.stdout).toContain('LIKE=/workspaces\n');
    expect(result.stdout).not.toContain('PLATFORM_SECRET');
    const home = /HOME=(.*)/.exec(result.stdout)?.[1] ?? '';
    expect(home).toMatch(/aicode-home-/);
    expect(existsSync(home)).toBe(false);
    expect(existsSync(join(workspace.state, 'x'))).toBe(true);
  });

  it('keeps its environment out of the arguments, and privileges from being gained', async () => {
    const result = await finish(await open('cat /proc/$$/cmdline /proc/self/status', { env: { TOKEN: 'sk-secret' } }));
    expect(result.stdout).not.toContain('sk-secret');
    expect(result.stdout).toMatch(/NoNewPrivs:\t1/);
    expect(result.stdout).toMatch(/CapEff:\t0000000000000000/);
  });

  it('does not let the environment lead a program of the system as root', async () => {
    await writeFile(join(workspace.project, 'lib.so'), 'not a library');
    await give(join(workspace.project, 'lib.so'));
    const result = await finish(await open('id -u', { env: { LD_PRELOAD: '/workspace/lib.so' } }));
    expect(result.stdout).toBe(`${owner.uid}\n`);
  });

  it('ends its whole session', async () => {
    const word = `plain${process.pid}x${Date.now()}`;
    const script = `for i in 1 2 3; do bash -c 'trap "" TERM; echo up; while :; do sleep 0.05; done # ${word}' & done; wait`;
    const running = await open(script);
    let seen = '';
    while (seen.split('up').length < 4) seen += String((await once(running.stdout, 'data'))[0]);
    running.stdout.resume();
    expect(processesNamed(word).length).toBeGreaterThanOrEqual(3);
    await running.terminate(30);
    expect(processesNamed(word)).toEqual([]);
  });

  it('leaves nothing of its session when the program exits', async () => {
    const word = `plain${process.pid}y${Date.now()}`;
    const running = await open(`bash -c 'while :; do sleep 0.05; done # ${word}' & exit 3`);
    expect(await running.exited).toEqual({ code: 3, signal: null });
    expect(processesNamed(word)).toEqual([]);
  });

  it('says of a program of its own that is missing that it cannot start', async () => {
    const broken = await createProcessExecutor({ unsandboxed: true, bwrapPath: missing, setprivPath: missing });
    await expect(broken.open(bash(workspace, ''))).rejects.toMatchObject({ code: 'executor.unavailable' });
  });

  it('clones', async () => {
    const server = await startGitServer();
    const target = await makeWorkspace();
    try {
      const url = `http://127.0.0.1:${server.port}${server.repositoryPath}`;
      await cloneRepository(executor, { project: target.project, url, allowLoopback: true, timeoutMs: 30_000 });
      expect(await readFile(join(target.project, 'README.md'), 'utf8')).toBe('hello\n');
    } finally {
      await Promise.all([server.close(), target.remove()]);
    }
  });
});
