import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecSpec, Executor } from './exec.js';
import { bash, finish, give, makeWorkspace, owner, type TestWorkspace } from './fixtures/workspace.js';
import { createProcessExecutor } from './process-executor.js';

let executor: Executor;
let workspace: TestWorkspace;
const open = (script: string, more: Partial<ExecSpec> = {}) => executor.open(bash(workspace, script, more));
const run = async (script: string, more: Partial<ExecSpec> = {}) => finish(await open(script, more));

beforeAll(async () => {
  executor = await createProcessExecutor({ unsandboxed: false });
  workspace = await makeWorkspace();
});
afterAll(() => workspace.remove());

describe('exec stream', () => {
  it('carries stdin, stdout, stderr and the exit code', async () => {
    const running = await open('cat; echo wrong >&2; exit 3');
    running.stdin.write('one ');
    running.stdin.write('two');
    expect(await finish(running)).toEqual({ stdout: 'one two', stderr: 'wrong\n', code: 3, signal: null });
  });

  it('half-closes: stdin ends while the program goes on writing', async () => {
    const running = await open('read -d "" all; echo "got $all"; read -t 0 && echo open; echo end');
    running.stdin.end('x\0');
    expect((await finish(running)).stdout).toBe('got x\nopen\nend\n');
  });

  it('reports the signal by which the program died', async () => {
    expect(await run('kill -SEGV $$')).toMatchObject({ code: null, signal: 'SIGSEGV' });
  });

  it('says of a command that does not exist that it does not, by exit code and stderr', async () => {
    const result = await finish(await executor.open({ ...bash(workspace, ''), command: 'no-such-program' }));
    expect(result.code).toBe(127);
    expect(result.stderr).toContain('no-such-program');
  });

  it('gives arguments exactly, and to no shell', async () => {
    const args = ['-c', 'printf "%s|" "$@"', 'x', '$(id)', 'a\'b"c', '', '; echo no', '--', '-n', '\u{1F600}\n'];
    const result = await finish(await executor.open({ ...bash(workspace, ''), args }));
    expect(result.stdout).toBe(
      args
        .slice(3)
        .map((arg) => `${arg}|`)
        .join(''),
    );
  });

  it('holds back a program whose output nobody reads, and loses nothing', async () => {
    const running = await open('head -c 50000000 /dev/zero; echo done > /workspace/drained');
    running.stdin.end();
    // The program has certainly begun to write; unread, it cannot have come to its end.
    await once(running.stdout, 'readable');
    await expect(readFile(join(workspace.project, 'drained'))).rejects.toThrow('ENOENT');
    let bytes = 0;
    for await (const chunk of running.stdout) bytes += Buffer.byteLength(String(chunk));
    expect(bytes).toBe(50_000_000);
    expect(await running.exited).toEqual({ code: 0, signal: null });
    expect(await readFile(join(workspace.project, 'drained'), 'utf8')).toBe('done\n');
  });

  it('keeps what a program wrote for a reader that comes after its end', async () => {
    const running = await open('echo late; echo too >&2');
    await running.exited;
    expect(await finish(running)).toMatchObject({ stdout: 'late\n', stderr: 'too\n', code: 0 });
  });

  it('holds back a writer whose program does not read', async () => {
    const running = await open('read -n 1 go < /workspace/go; wc -c');
    const chunk = Buffer.alloc(1024 * 1024);
    let written = 0;
    while (written < 20 && running.stdin.write(chunk)) written += 1;
    expect(written).toBeLessThan(20);
    await running.kill();
  });

  it('survives a write to a program that has ended', async () => {
    const running = await open('exit 0');
    await running.exited;
    const failure = await new Promise<Error | null | undefined>((resolve) => running.stdin.write('late', resolve));
    expect(failure?.message).toMatch(/EPIPE|ended|destroyed|ECONNRESET/);
  });

  it('works on the project and the state as their owner', async () => {
    expect((await run('id -u; id -g; echo a > made; echo b > /aicli/made; pwd')).stdout).toBe(
      `${owner.uid}\n${owner.gid}\n/workspace\n`,
    );
    expect(await readFile(join(workspace.project, 'made'), 'utf8')).toBe('a\n');
    expect(await readFile(join(workspace.state, 'made'), 'utf8')).toBe('b\n');
  });

  it('starts in a directory below the project, and says when it is not there', async () => {
    expect((await run('mkdir -p deep/er')).code).toBe(0);
    expect((await run('pwd', { cwd: '/workspace/deep/er' })).stdout).toBe('/workspace/deep/er\n');
    const missing = await run('pwd', { cwd: '/workspace/none' });
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('/workspace/none');
  });

  it('gives exactly the environment that was asked for, and a few of its own', async () => {
    const result = await run('env -0', { env: { TOKEN: 'se cret', HOME: '/aicli', LD_PRELOAD: '' } });
    const env = result.stdout.split('\0').filter((line) => !/^(_|PWD|SHLVL|OLDPWD)=/.test(line) && line !== '');
    expect(env.sort()).toEqual([
      'HOME=/aicli',
      'LANG=C.UTF-8',
      'LD_PRELOAD=',
      'LOGNAME=agent',
      'PATH=/opt/node/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
      'TOKEN=se cret',
      'USER=agent',
    ]);
  });

  it('mounts what it is told read-only', async () => {
    await writeFile(join(workspace.root, 'given'), 'data');
    await give(join(workspace.root, 'given'));
    const result = await run('cat /run/aicli/given; echo x > /run/aicli/given', {
      readOnly: [{ source: workspace.root, target: '/run/aicli' }],
    });
    expect(result.stdout).toBe('data');
    expect(result.stderr).toContain('Read-only file system');
  });

  it("reaches the platform by a unix socket in a read-only mount, as a model proxy's", async () => {
    const server = createServer((socket) => socket.on('data', (data) => socket.end(`got ${data.toString()}`)));
    const path = join(workspace.root, 'model.sock');
    server.listen(path);
    await once(server, 'listening');
    await give(path);
    const client = `require('net').connect('/run/aicli/model.sock', function () { this.write('hello') }).pipe(process.stdout)`;
    const result = await finish(
      await executor.open({
        ...bash(workspace, ''),
        command: 'node',
        args: ['-e', client],
        readOnly: [{ source: workspace.root, target: '/run/aicli' }],
      }),
    );
    server.close();
    expect(result).toEqual({ stdout: 'got hello', stderr: '', code: 0, signal: null });
  });

  it('is taken before the platform where memory runs out', async () => {
    const mine = Number(await readFile('/proc/self/oom_score_adj', 'utf8'));
    expect(Number((await run('cat /proc/self/oom_score_adj')).stdout)).toBe(Math.max(mine, 500));
  });

  it('misses no end, however many start and end at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const results = await Promise.all(Array.from({ length: 20 }, (_, n) => run(`echo ${n}`)));
      expect(results.map((result) => result.stdout)).toEqual(results.map((_, n) => `${n}\n`));
    }
  });
});
