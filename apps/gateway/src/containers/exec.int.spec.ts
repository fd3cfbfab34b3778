import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { ExecAccess, newId, type DomainError, type ExecCommand } from '@aicode/contracts';
import { connectExecStream, type RemoteProcess } from '@aicode/exec-stream';
import { until } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { startGateway, type GatewayStack } from '../fixtures/gateway-stack.js';

let stack: GatewayStack;
beforeAll(async () => {
  stack = await startGateway();
});
afterAll(() => stack?.stop());

type Access = z.infer<typeof ExecAccess>;

async function exec(
  body: z.input<typeof ExecCommand>,
  { token, on = stack }: { token?: string; on?: GatewayStack } = {},
): Promise<Access> {
  const { id } = on.workspaces.add(on.auth.user('operator').id);
  const headers = { Authorization: `Bearer ${token ?? (await on.auth.token('operator'))}` };
  const response = await on.call(`/workspaces/${id}/exec`, { method: 'POST', body, headers });
  expect(response.status).toBe(201);
  return ExecAccess.parse(await response.json());
}

const open = ({ path, token }: Access, on = stack): Promise<RemoteProcess> =>
  connectExecStream({ url: new URL(path, on.url).href, token, timeoutMs: 10_000 });

/** The answer to an upgrade with whatever headers, as text. */
async function upgrade(path: string, headers: Record<string, string> = {}): Promise<string> {
  const { hostname, port, host } = new URL(stack.url);
  const all = { Host: host, Connection: 'Upgrade', Upgrade: 'aicode-exec', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  return text(socket);
}

const codeIn = (answer: string): unknown => {
  const body = answer.slice(answer.indexOf('\r\n\r\n'));
  return z.object({ code: z.string() }).parse(JSON.parse(body)).code;
};

describe('a program in a workspace', () => {
  it('has its streams and its exit code at the path of the answer', async () => {
    const remote = await open(await exec({ command: 'sh', args: ['-c', 'cat; echo problem >&2; exit 3'] }));
    remote.stdin.end('over and back');
    const [stdout, stderr] = await Promise.all([text(remote.stdout), remote.stderr && text(remote.stderr)]);
    expect({ stdout, stderr }).toEqual({ stdout: 'over and back', stderr: 'problem\n' });
    expect(await remote.exited).toEqual({ code: 3, signal: null, reason: null });
  });

  it('is asked of docker-manager for its user, at the project', async () => {
    const tty = { columns: 80, rows: 24 };
    await exec({ command: 'id', args: ['-u'], env: { A: 'b' }, tty });
    const user = stack.auth.user('operator').id;
    expect(stack.docker.asked.at(-1)).toMatchObject({
      method: 'open',
      input: {
        owner: `user:${user}`,
        command: 'id',
        args: ['-u'],
        cwd: '/workspace',
        env: { A: 'b' },
        sockets: [],
        tty,
      },
      actor: { user_id: user },
    });
  });

  it('ends with its session, and not with that of another', async () => {
    const sid = newId('session');
    const token = await stack.auth.token('operator', { sid });
    const [mine, other] = [
      await open(await exec({ command: 'cat' }, { token })),
      await open(await exec({ command: 'cat' })),
    ];
    await stack.call('/auth/logout', { method: 'POST', headers: { Authorization: `Bearer ${token}` } });
    expect(await mine.exited).toMatchObject({ reason: 'engine_lost' });
    other.stdin.end();
    expect(await other.exited).toMatchObject({ code: 0, reason: null });
  });

  it('cannot be reached any more when its session has ended before', async () => {
    const sid = newId('session');
    const token = await stack.auth.token('operator', { sid });
    const access = await exec({ command: 'cat' }, { token });
    await stack.call('/auth/logout', { method: 'POST', headers: { Authorization: `Bearer ${token}` } });
    await expect(open(access)).rejects.toMatchObject({ code: 'auth.session_ended' });
  });

  it('outlives the access token that it was asked for with', async () => {
    const token = await stack.auth.token('operator', { exp: Math.floor(Date.now() / 1000) + 1 });
    const remote = await open(await exec({ command: 'cat' }, { token }));
    const headers = { Authorization: `Bearer ${token}` };
    await until(async () => (await stack.call('/auth/me', { headers })).status === 401);
    remote.stdin.end('still here');
    expect(await text(remote.stdout)).toBe('still here');
    expect(await remote.exited).toMatchObject({ code: 0 });
  });

  it('ends when the gateway stops', async () => {
    const other = await startGateway();
    const remote = await open(await exec({ command: 'cat' }, { on: other }), other);
    await other.stop();
    expect(await remote.exited).toMatchObject({ reason: 'engine_lost' });
  });
});

describe('the path of an exec', () => {
  it('leads there once', async () => {
    const access = await exec({ command: 'true' });
    await (
      await open(access)
    ).exited;
    await expect(open(access)).rejects.toMatchObject({ code: 'executor.refused' });
  });

  it('is of no use without the token, which is not kept in Redis', async () => {
    const watch = await stack.watchRedis();
    const access = await exec({ command: 'true' });
    const written = (await watch.stop()).split('\n').filter((command) => /\] "set" /.test(command));
    expect(written.join()).toContain(access.path.split('/').at(-1));
    expect(written.join()).not.toContain(access.token);
    const refused: unknown = await open({ ...access, token: 'x'.repeat(access.token.length) }).catch(
      (error: DomainError) => error,
    );
    expect(refused).toMatchObject({ code: 'executor.refused' });
  });

  it('is one of 64 at most that a user has open', async () => {
    const own = await startGateway();
    try {
      const running = await Promise.all(
        Array.from({ length: 64 }, async () => open(await exec({ command: 'cat' }, { on: own }), own)),
      );
      await expect(open(await exec({ command: 'cat' }, { on: own }), own)).rejects.toMatchObject({
        code: 'request.rate_limited',
      });
      const [first] = running;
      first?.stdin.end();
      await first?.exited;
      const next = await open(await exec({ command: 'true' }, { on: own }), own);
      expect(await next.exited).toMatchObject({ code: 0 });
    } finally {
      await own.stop();
    }
  });

  it.each<[string, (access: Access) => [string, Record<string, string>], string]>([
    ['of another host', ({ path }) => [path, { Host: 'evil.example.org' }], 'request.host_refused'],
    ['from a page', ({ path }) => [path, { Origin: 'https://evil.org' }], 'request.origin_refused'],
    ['without a token', ({ path }) => [path, {}], 'auth.required'],
    ['with another scheme', ({ path }) => [path, { Authorization: 'Basic YTpi' }], 'auth.required'],
    [
      'to another protocol',
      ({ path, token }) => [path, { Authorization: `Bearer ${token}`, Upgrade: 'websocket' }],
      'request.not_found',
    ],
    ['that never was', () => [`/api/v1/exec/${'0'.repeat(32)}`, { Authorization: 'Bearer x' }], 'executor.refused'],
    ['with an id that is none', () => ['/api/v1/exec/../../x', { Authorization: 'Bearer x' }], 'request.not_found'],
    ['of a route', () => ['/api/v1/tasks', { Authorization: 'Bearer x' }], 'request.not_found'],
    ['of nothing', () => ['/', { Upgrade: 'websocket' }], 'request.not_found'],
  ])('refuses an upgrade %s, and the ticket stays good', async (_, request, code) => {
    const access = await exec({ command: 'true' });
    const answer = await upgrade(...request(access));
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d [^]*application\/problem\+json/);
    expect(codeIn(answer)).toBe(code);
    expect(await (await open(access)).exited).toMatchObject({ code: 0 });
  });

  it('answers a plain request with nothing', async () => {
    const { path } = await exec({ command: 'true' });
    expect((await fetch(new URL(path, stack.url))).status).toBe(404);
  });
});
