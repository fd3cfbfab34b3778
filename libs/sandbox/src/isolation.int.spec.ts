import { once } from 'node:events';
import { chmod, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecSpec, Executor } from './exec.js';
import { bash, finish, makeWorkspace, type TestWorkspace } from './fixtures/workspace.js';
import { createProcessExecutor } from './process-executor.js';

let executor: Executor;
let workspace: TestWorkspace;
let other: TestWorkspace;
let server: Server;
let port: number;
const run = async (script: string, more: Partial<ExecSpec> = {}) =>
  finish(await executor.open(bash(workspace, script, more)));

beforeAll(async () => {
  process.env['PLATFORM_SECRET'] = 'sk-platform';
  executor = await createProcessExecutor({
    unsandboxed: false,
    limits: { processes: 60, fileBytes: 1_000_000, tmpBytes: 2_000_000, homeBytes: 2_000_000, shmBytes: 1_000_000 },
  });
  workspace = await makeWorkspace();
  other = await makeWorkspace();
  await writeFile(join(other.project, 'theirs'), 'theirs');
  server = createServer((socket) => socket.end('reached')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterAll(async () => {
  delete process.env['PLATFORM_SECRET'];
  server.close();
  await Promise.all([workspace.remove(), other.remove()]);
});

describe('a hostile program cannot', () => {
  it.each([
    '/etc/shadow',
    '/etc/hostname',
    '/root',
    '/work',
    '/home/cloudsdk',
    '/var/lib',
    '/run/docker.sock',
    '/sys',
    '/boot',
  ])('see %s of the host', async (path) => {
    const result = await run(`ls -d ${path}`);
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain('No such file or directory');
  });

  it('see another project or anything else of the directory that holds its own', async () => {
    expect((await run(`cat ${other.project}/theirs; ls ${workspace.root} /workspace/..`)).stdout).not.toMatch(
      /theirs|aicode-sandbox/,
    );
  });

  it("follow a symlink of its project into the host's files", async () => {
    await symlink('/etc/shadow', join(workspace.project, 'link'));
    await symlink(join(other.project, 'theirs'), join(workspace.project, 'link2'));
    expect(await run('cat link link2')).toMatchObject({ stdout: '', code: 1 });
  });

  it("read the platform's environment, its arguments or any process of the host", async () => {
    const result = await run('cat /proc/*/environ /proc/*/cmdline | tr "\\0" "\\n"; ls /proc | grep -c "^[0-9]"', {
      env: { MINE: 'mine' },
    });
    expect(result.stdout).toContain('MINE=mine');
    expect(result.stdout).not.toMatch(/sk-platform|jest|aicode-sandbox-/);
    expect(Number(result.stdout.trim().split('\n').at(-1))).toBeLessThan(10);
  });

  it('connect to the loopback of the host, where network host can', async () => {
    const script = `exec 5<>/dev/tcp/127.0.0.1/${port} && cat <&5`;
    expect((await run(script, { network: 'host' })).stdout).toBe('reached');
    const cut = await run(script);
    expect(cut.stdout).toBe('');
    expect(cut.stderr).toContain('Connection refused');
  });

  it('see a network device but loopback, or resolve a name', async () => {
    expect((await run("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '")).stdout).toBe('lo\n');
    expect((await run('getent hosts example.com')).code).not.toBe(0);
    expect((await run('getent hosts localhost')).code).toBe(0);
  });

  it("resolve any but the pinned names, where it has the host's network", async () => {
    const pinned = {
      network: 'host',
      hosts: { 'git.invalid': ['192.0.2.1', '2001:db8::1'] },
    } satisfies Partial<ExecSpec>;
    expect((await run('getent ahosts git.invalid', pinned)).stdout).toMatch(/192\.0\.2\.1 /);
    expect((await run('getent hosts localhost.localdomain; cat /etc/resolv.conf', pinned)).stdout).toBe('');
    expect((await run('cat /etc/resolv.conf', { network: 'host' })).stdout).toBe(
      await readFile('/etc/resolv.conf', 'utf8'),
    );
  });

  it.each(['/x', '/usr/x', '/etc/x', '/opt/x', '/var/x', '/dev/x', '/run/x', '/proc/sys/kernel/hostname', '/home/x'])(
    'write %s',
    async (path) => {
      expect((await run(`echo x > ${path}`)).code).not.toBe(0);
    },
  );

  it.each(['/workspace', '/aicli', '/tmp', '/var/tmp', '$HOME', '/dev/shm'])(
    'be kept from writing %s',
    async (path) => {
      expect(await run(`echo x > ${path}/x && cat ${path}/x`)).toMatchObject({ stdout: 'x\n', code: 0 });
    },
  );

  it.each(['/tmp', '$HOME', '/dev/shm'])('fill the memory through %s', async (path) => {
    const result = await run(`for i in 1 2 3 4 5; do head -c 900000 /dev/zero > ${path}/$i || exit 9; done`);
    expect(result.code).toBe(9);
    expect(result.stderr).toContain('No space left on device');
  });

  it('write a file over the limit, or dump core', async () => {
    const result = await run('head -c 2000000 /dev/zero > /workspace/big; stat -c %s big; ulimit -c; ulimit -Hc');
    expect(result.stdout).toBe('1000000\n0\n0\n');
  });

  it('start more processes than its limit; another sandbox of the same user is not touched by that', async () => {
    const bomb =
      '$|=1; for (1..100) { my $p = fork; if (!defined $p) { print "stopped at $_: $!\n"; sleep } sleep if !$p }';
    const full = await executor.open({ ...bash(workspace, ''), command: 'perl', args: ['-e', bomb] });
    const [said] = (await once(full.stdout, 'data')) as [Buffer];
    expect(said.toString()).toMatch(/^stopped at [56]\d: Resource temporarily unavailable/);
    expect((await run('for i in $(seq 30); do sleep 0 & done; wait; echo fine')).stdout).toBe('fine\n');
    await full.kill();
  });

  it('have or gain a privilege', async () => {
    const result = await run(
      'cat /proc/self/status; sudo -n true; unshare -Ur true; mount -t tmpfs x /tmp; kill -9 1; echo alive',
    );
    for (const name of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
      expect(result.stdout).toContain(`${name}:\t0000000000000000`);
    expect(result.stdout).toContain('NoNewPrivs:\t1');
    expect(result.stdout).toContain('alive');
    expect(result.stderr).toContain('unshare failed');
    expect(result.stderr).toMatch(/mount: .*(permission denied|must be superuser)/);
  });

  it('be led by a setuid program in its project', async () => {
    await writeFile(join(workspace.project, 'suid'), await readFile('/usr/bin/id'));
    await chmod(join(workspace.project, 'suid'), 0o4755);
    const mine = await run('id -u; /workspace/suid -u');
    const [real, effective] = mine.stdout.trim().split('\n');
    expect(effective).toBe(real);
  });

  it('see a descriptor of the platform: what is open beside the three standard ones is nothing', async () => {
    const result = await run('for fd in /proc/self/fd/*; do readlink $fd; done');
    expect(result.stdout.split('\n').filter((to) => !/^(pipe:|socket:|\/dev\/null$|\/proc\/|$)/.test(to))).toEqual([]);
    const extra = await run(
      'cd /proc/$$/fd; for fd in *; do [ $fd -gt 2 ] && [ $fd != 255 ] && readlink $fd; done; true',
    );
    expect(extra.stdout.split('\n').filter((to) => to !== '/dev/null' && to !== '')).toEqual([]);
  });

  it('push input into the terminal of the platform: it has none', async () => {
    expect((await run('echo x > /dev/tty')).code).not.toBe(0);
  });
});
