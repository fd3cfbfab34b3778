import { existsSync } from 'node:fs';
import type { Duplex } from 'node:stream';

import { until } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  containersStack,
  docker,
  finish,
  uid,
  type ContainersStack,
  type TestWorkspace,
} from './fixtures/containers-stack.js';

let stack: ContainersStack;
let workspace: TestWorkspace;
beforeAll(async () => {
  stack = await containersStack();
  workspace = await stack.workspace({ memory: 128 * 1024 ** 2 });
});
afterAll(() => stack.stop());

const output = async (script: string) => (await finish(await workspace.sh(script))).stdout.trim();

describe('a program inside', () => {
  it('has no rights but those of the owner of the project', async () => {
    const status = await output('cat /proc/self/status');
    expect(status).toMatch(new RegExp(`^Uid:\\t${uid}\\t${uid}\\t${uid}\\t${uid}$`, 'm'));
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])
      expect(status).toMatch(new RegExp(`^${set}:\\t0+$`, 'm'));
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^Seccomp:\t2$/m);
    expect(await output('id -un; echo ~')).toBe('agent\n/home/agent');
  });

  it.each([
    [
      'write beside its own places',
      'for d in / /etc /usr /run/aicli /opt/claude /dev; do touch $d/x && echo "$d can be written"; done',
    ],
    ['become root', 'su -c id; unshare -r id; setpriv --reuid 0 id; chroot / id'],
    ['mount', 'mount -t tmpfs x /mnt && echo mounted; unshare -m true && echo unshared'],
    ['make a device', 'mknod /tmp/d b 8 0 && echo made'],
    [
      'trace or stop the first process',
      'kill -9 1; kill -STOP 1; cat /proc/1/environ && echo read; ls /proc/1/root/ && echo seen',
    ],
    ['see the socket of the engine', 'ls -d /var/run/docker.sock /run/docker.sock && echo seen'],
    ['see the disks of the host', 'head -c 1 /dev/sda /dev/vda /dev/mem /dev/kmsg && echo read'],
    [
      'change the kernel',
      'echo 1 > /proc/sys/kernel/panic && echo changed; echo b > /proc/sysrq-trigger && echo changed',
    ],
  ])('cannot %s', async (_, script) => {
    expect(await output(`{ ${script}; } 2>/dev/null`)).toBe('');
  });

  it('has no network but its own loopback', async () => {
    expect(await output('tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d " "; cat /proc/net/route | tail -n +2')).toBe(
      'lo',
    );
  });

  it('has a /tmp and a home of their size, with files that can be executed', async () => {
    expect(
      await output('cp /bin/true /tmp/t && /tmp/t && cp /bin/true ~/t && ~/t && df -m --output=size /tmp ~ | xargs'),
    ).toMatch(/512 512$/);
  });

  it('leaves its files to the owner of the project', async () => {
    await output('echo x > made');
    expect(existsSync(`${workspace.project}/made`)).toBe(true);
    expect(await output('stat -c %u made /aicli')).toBe(`${uid}\n${uid}`);
  });

  it('is limited in memory, and its end says so', async () => {
    const script = 'exec python3 -c "x = bytearray(400 * 1024 * 1024)"';
    expect(await finish(await workspace.sh(script))).toMatchObject({ code: null, signal: 'SIGKILL', reason: 'oom' });
    expect(await output('echo next')).toBe('next');
  });

  it('is not called out of memory when it kills itself', async () => {
    expect(await finish(await workspace.sh('kill -9 $$'))).toMatchObject({ signal: 'SIGKILL', reason: null });
  });

  it('is limited in processes', async () => {
    const { HostConfig } = await workspace.inspect();
    expect(HostConfig).toMatchObject({ PidsLimit: 512, MemorySwap: 128 * 1024 ** 2, NanoCpus: 1e9 });
  });

  it('shows no secret of its environment to who may look at the container', async () => {
    const running = await workspace.sh('echo ready; read -r go', { env: { TOKEN: 'geheim-4711' } });
    await until(async () => (await workspace.inspect()).ExecIDs?.length);
    const inspected = await workspace.inspect();
    const execs = await Promise.all((inspected.ExecIDs ?? []).map((id) => docker.getExec(id).inspect()));
    const top: unknown = await docker.getContainer(inspected.Id).top({ ps_args: '-ef' });
    expect(execs).toHaveLength(1);
    expect(JSON.stringify([inspected, execs, top])).not.toContain('geheim');
    await finish(running);
  });
});

describe('a socket inside', () => {
  it('carries connections to who started the program, both ways and half-closed', async () => {
    const sockets = {
      MODEL_SOCKET: (connection: Duplex) => {
        let question = '';
        connection.on('data', (chunk: Buffer) => (question += String(chunk)));
        connection.once('end', () => connection.end(`answer to ${question}`));
      },
    };
    const ask = `import os,socket
s=socket.socket(socket.AF_UNIX); s.connect(os.environ["MODEL_SOCKET"]); s.sendall(b"a question"); s.shutdown(1)
print(s.makefile().read())`;
    const running = await workspace.exec('python3', { args: ['-c', ask], sockets });
    expect(await finish(running)).toMatchObject({ stdout: 'answer to a question\n', stderr: '', code: 0 });
    expect(await output('ls /run/aicli')).not.toContain('s0');
  });
});
