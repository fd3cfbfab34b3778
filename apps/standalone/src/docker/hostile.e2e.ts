import { readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';

import type { Task, Workspace } from '@aicode/contracts';
import { until } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { usePlatform } from '../fixtures/e2e-stack.js';

const key = 'sk-test-secret-0123456789abcdef';
const platform = usePlatform({ docker: true, env: { AICLI_RUNNER_MAX_SESSIONS: '4' } });

/** What a hostile agent tries in its container. Each must fail to do harm, while another workspace goes on working. */
describe('a hostile agent', () => {
  let workspace: Workspace;
  let other: Workspace;
  let everywhere: Server;
  let port = 0;

  beforeAll(async () => {
    workspace = await platform.ready('hostile', { memory: '512m', disk: '64m', pids: 128 });
    other = await platform.ready('neighbour');
    // A service of the host that is open to all addresses.
    everywhere = createServer((socket) => socket.end('harm\n'));
    await new Promise<void>((resolve) => everywhere.listen(0, '0.0.0.0', resolve));
    const address = everywhere.address();
    port = typeof address === 'object' && address ? address.port : 0;
  });
  afterAll(async () => {
    await new Promise((resolve) => everywhere.close(resolve));
  });

  /** Runs a shell script as a task's tool call; what it printed, and how the task ended. */
  const attack = async (script: string): Promise<{ said: string; task: Task }> => {
    const file = join(workspace.project_path, 'said.txt');
    await rm(file, { force: true });
    const bash = `(${script}) > /workspace/said.txt 2>&1; true`;
    const task = await platform.task(workspace, `#bash ${bash}\n#say tried`, { max_attempts: 1 });
    const end = await platform.untilFinal(task.id);
    return { said: await readFile(file, 'utf8').catch(() => ''), task: end };
  };
  const connect = (host: string, to: number): string =>
    `timeout 3 bash -c "exec 3<>/dev/tcp/${host}/${to} && head -c 5 <&3" && echo HARM || echo refused`;
  const neighbourWorks = async (): Promise<void> => {
    const task = await platform.task(other, '#bash echo well > well.txt\n#say well');
    expect(await platform.untilFinal(task.id)).toMatchObject({ state: 'succeeded' });
  };

  it('finds no secret of the platform in its environment, in any file, in /proc', async () => {
    const { said, task } = await attack(
      `env; cat /proc/*/environ /proc/*/cmdline /proc/*/mountinfo 2>/dev/null | tr '\\0' '\\n'; grep -rIls sk-''test /etc /home /aicli /run /tmp /var /opt 2>/dev/null; find / -xdev -name 'bus.k''ey' 2>/dev/null; echo searched`,
    );
    expect(task.state).toBe('succeeded');
    expect(said).toContain('searched');
    for (const secret of [key, 'sk-test', 'bus.key', 'redis.password']) expect(said.includes(secret)).toBe(false);
    expect(platform.stack.model.requests.at(-1)?.credential).toEqual({ kind: 'x-api-key', value: key });
  });

  it('has a token that opens nothing but the Messages API, and nothing after its task', async () => {
    const { said } = await attack(
      `curl -s -o /dev/null -w '%{http_code}\\n' --unix-socket "$ANTHROPIC_UNIX_SOCKET" -H "authorization: Bearer $ANTHROPIC_AUTH_TOKEN" http://model/v1/models; curl -s -o /dev/null -w '%{http_code}\\n' --unix-socket "$ANTHROPIC_UNIX_SOCKET" -H 'authorization: Bearer other' -d '{}' http://model/v1/messages; echo "$ANTHROPIC_AUTH_TOKEN"`,
    );
    const [models, foreign, token = ''] = said.trim().split('\n');
    expect([models, foreign]).toEqual(['404', '401']);
    const later = await attack(
      `curl -s -o /dev/null -w '%{http_code}' --unix-socket "$ANTHROPIC_UNIX_SOCKET" -H "authorization: Bearer ${token}" -d '{}' http://model/v1/messages`,
    );
    expect(later.said).toBe('401');
  });

  it('has no network device but loopback, and no name resolves', async () => {
    const { said } = await attack(
      `tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '; getent hosts example.org localhost.localdomain || echo nothing`,
    );
    expect(said).toBe('lo\nnothing\n');
  });

  it.each([
    ['the internet', () => connect('1.1.1.1', 443)],
    ['the metadata address', () => connect('169.254.169.254', 80)],
    ['a service on all addresses of the host, by its loopback', () => connect('127.0.0.1', port)],
    ['… and by the bridge’s address', () => connect('172.17.0.1', port)],
    ['the gateway', () => connect('127.0.0.1', Number(new URL(platform.stack.url).port))],
  ])('cannot reach %s', async (_what, script) => {
    expect((await attack(script())).said).toMatch(/refused\n$/);
  });

  it('sees neither the Docker socket, nor Redis, nor the database, nor another workspace', async () => {
    const { said } = await attack(
      `ls /var/run/docker.sock /run/docker.sock ${platform.stack.home}/data ${platform.stack.home} ${other.project_path} 2>&1 | grep -v 'No such file' || echo nothing; find / -xdev -type s 2>/dev/null | grep -v ^/run/aicli/ || echo no sockets`,
    );
    expect(said).toBe('nothing\nno sockets\n');
  });

  it('can write nowhere but where it should', async () => {
    const { said } = await attack(
      `for d in / /etc /usr /usr/bin /opt /opt/claude /run /run/aicli /var /var/lib /root /boot /srv /proc/sys /sys /dev; do touch $d/harm 2>/dev/null && echo HARM $d; done; touch /workspace/a /tmp/a /home/agent/a && echo good`,
    );
    expect(said).toBe('good\n');
  });

  it('cannot raise its privileges', async () => {
    const { said } = await attack(
      [
        `grep -E '^(CapInh|CapPrm|CapEff|CapAmb|NoNewPrivs|Seccomp):' /proc/self/status | tr -s '\\t' ' '`,
        'id -u',
        `find / -xdev -perm /6000 -type f 2>/dev/null | head -3`,
        `unshare -r true 2>/dev/null && echo HARM userns`,
        `mknod /tmp/disk b 8 0 2>/dev/null && echo HARM mknod`,
        `mount -t tmpfs none /workspace 2>/dev/null && echo HARM mount`,
        `chroot / true 2>/dev/null && echo HARM chroot`,
        `kill -9 1 2>/dev/null && echo HARM kill`,
        `cat /proc/1/mem >/dev/null 2>&1 && echo HARM ptrace`,
        `(echo c > /proc/sysrq-trigger) 2>/dev/null && echo HARM sysrq`,
        'echo end',
      ].join('; '),
    );
    expect(said.trim().split('\n')).toEqual([
      'CapInh: 0000000000000000',
      'CapPrm: 0000000000000000',
      'CapEff: 0000000000000000',
      'CapAmb: 0000000000000000',
      'NoNewPrivs: 1',
      'Seccomp: 2',
      '10001',
      'end',
    ]);
  });

  it('cannot lead the platform out of the project by links, or hide what it makes there', async () => {
    const { task } = await attack(
      `ln -sfn /etc etc; ln -sfn ${platform.stack.home}/secrets secrets; rm -rf .git; ln -sfn /proc/1/root root; mkdir -p deep && echo '*' > .gitignore; echo done`,
    );
    expect(task.state).toBe('succeeded');
    const next = await platform.task(workspace, '#read secrets/bus.key\n#say tried');
    const { entries } = await platform.read(next.id);
    expect(JSON.stringify(entries)).toMatch(/does not exist|No such file/i);
    await neighbourWorks();
  });

  it('fills its disk and gets “no space left”; the host and others do not', async () => {
    const task = await platform.task(workspace, '#bash head -c 200000000 /dev/zero > big\n#say tried');
    const { entries } = await platform.read(task.id);
    expect(JSON.stringify(entries)).toMatch(/No space left on device/);
    await neighbourWorks();
    const after = await attack('rm -f big; echo room again');
    expect(after.said).toBe('room again\n');
  });

  it('allocates 8 GB and is stopped at its limit, in words', async () => {
    const { said, task } = await attack(
      `python3 -c "x = bytearray(8 << 30); import time; time.sleep(1); print('HA' + 'RM')"; echo survived`,
    );
    expect(said).not.toContain('HARM');
    if (task.state === 'failed') expect(task.reason).toMatch(/memory/);
    await neighbourWorks();
  });

  it('throws a fork bomb: it hits the limit of its own container', async () => {
    const bomb = platform.task(
      workspace,
      `#bash timeout 5 bash -c 'f(){ f|f& };f;sleep 5' >/dev/null 2>&1; true\n#say boom`,
      { max_attempts: 1 },
    );
    const { id } = await bomb;
    await platform.untilTask(id, ({ state }) => state !== 'pending' && state !== 'starting');
    await neighbourWorks();
    await platform.untilFinal(id);
    const after = await attack('ls /proc | grep -c "^[0-9]"');
    expect(Number(after.said)).toBeLessThan(20);
  });

  it('leaves nothing that outlives its task', async () => {
    const { task } = await attack(
      `for i in 1 2 3; do (setsid bash -c 'trap "" TERM HUP INT; while :; do (exec -a outliver-${workspace.id} sleep 1000); done' >/dev/null 2>&1 &); done; env -i setsid sleep 4242 & sleep 0.2; echo left`,
    );
    expect(task.state).toBe('succeeded');
    const { said } = await attack(
      `cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -o -e 'out''liver' -e 'sleep 4''242' | sort -u; echo looked`,
    );
    expect(said.replace(/^(outliver|sleep 4242)\n/gm, (line) => `HARM ${line}`)).toBe('looked\n');
  });

  it('is nowhere in what `docker inspect` tells, nor is a secret', async () => {
    const containers = await platform.containers(workspace.id);
    expect(containers.length).toBeGreaterThan(0);
    for (const container of containers) {
      const text = JSON.stringify(await container.inspect());
      expect(text).not.toContain(key);
      expect(text).not.toMatch(/Bearer|aicli-[A-Za-z0-9_-]{20}|ANTHROPIC/);
    }
    await expect(stat(join(platform.stack.home, 'harm'))).rejects.toMatchObject({ code: 'ENOENT' });
    await until(async () => (await platform.client.workspaces.get({ id: other.id })).state === 'ready');
  });
});
