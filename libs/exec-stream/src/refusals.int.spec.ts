import { once } from 'node:events';
import { request } from 'node:http';
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { connect, type Socket } from 'node:net';

import { DomainError } from '@aicode/contracts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { connectExecStream } from './index.js';
import { dial } from './dial.js';
import { execStack, text, until, type ExecStack } from './fixtures/exec-stack.js';
import { spawnedExec } from './fixtures/spawned-exec.js';

let stack: ExecStack;
beforeEach(async () => {
  stack = await execStack({ handshakeMs: 300, ticketMs: 2_000 });
});
afterEach(async () => {
  await stack.close();
  expect(stack.errors).toEqual([]);
});

const timeoutMs = 5_000;

/** Sends bytes and gives back all that comes until the server closes. */
async function say(bytes: string): Promise<string> {
  const socket = connect(stack.server.address.port, '127.0.0.1');
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk)));
  socket.write(bytes);
  await closed;
  return answer;
}

const upgrade = (path: string, token: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: aicode-exec\r\nAuthorization: Bearer ${token}\r\n\r\n`;

describe('a ticket', () => {
  it('with a wrong token is refused, and stays good for the right one', async () => {
    const exec = spawnedExec('true', []);
    const ticket = stack.server.issue(exec, () => undefined);
    for (const token of ['', 'wrong', `${ticket.token}x`, ticket.token.slice(1)]) {
      await expect(connectExecStream({ ...ticket, token, timeoutMs })).rejects.toMatchObject({
        code: 'executor.refused',
        message: expect.stringContaining('ticket'),
      });
    }
    expect(exec.starts).toBe(0);
    const answer = await say(upgrade(new URL(ticket.url).pathname, 'wrong'));
    expect(answer).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/);
    expect((await (await connectExecStream({ ...ticket, timeoutMs })).exited).code).toBe(0);
  });

  it('is good once', async () => {
    const exec = spawnedExec('true', []);
    const ticket = stack.server.issue(exec, () => undefined);
    await (
      await connectExecStream({ ...ticket, timeoutMs })
    ).exited;
    await expect(connectExecStream({ ...ticket, timeoutMs })).rejects.toMatchObject({ code: 'executor.refused' });
    expect(exec.starts).toBe(1);
  });

  it('that nobody takes in time is given back', async () => {
    const hasty = await execStack({ ticketMs: 30 });
    const exec = spawnedExec('true', []);
    const ticket = hasty.server.issue(exec, () => (hasty.unused += 1));
    await until(() => hasty.unused === 1, 'the ticket is given back');
    await expect(connectExecStream({ ...ticket, timeoutMs })).rejects.toMatchObject({ code: 'executor.refused' });
    await hasty.close();
    expect({ unused: hasty.unused, starts: exec.starts }).toEqual({ unused: 1, starts: 0 });
  });

  it('names the address that others reach, if it is told', async () => {
    const behind = await execStack({ publicUrl: 'https://docker.example:8443/node-1/' });
    const { url, id } = behind.server.issue(spawnedExec('true', []), () => undefined);
    expect(url).toBe(`https://docker.example:8443/node-1/exec/${id}`);
    await behind.close();
    const six = await execStack({ host: '::1' });
    expect(six.server.issue(spawnedExec('true', []), () => undefined).url).toMatch(/^http:\/\/\[::1\]:\d+\/exec\//);
    await six.close();
  });
});

describe('the server closes', () => {
  it('on a request that is no upgrade, or to something else', async () => {
    expect(await say('GET /exec/1 HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/^HTTP\/1\.1 404 /);
    expect(await say(upgrade('/other', 'x'))).toMatch(/^HTTP\/1\.1 404 /);
    expect(await say(upgrade('/exec/1', 'x').replace('aicode-exec', 'websocket'))).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('on what is not HTTP, on headers without end, and on none at all', async () => {
    expect(await say('\0\0\0garbage\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await say(`GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await say('GET /exec/1 HTTP/1.1\r\nX-Slow')).toMatch(/^HTTP\/1\.1 408 |^$/);
    await say('');
  });

  it('on garbage after the upgrade, and gives the exec back', async () => {
    const exec = spawnedExec('true', []);
    const { url, token } = stack.server.issue(exec, () => (stack.unused += 1));
    const answer = await say(`${upgrade(new URL(url).pathname, token)}this is not HTTP/2, whatever it may be\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    await until(() => stack.unused === 1, 'the exec is given back');
    expect(exec.starts).toBe(0);
  });

  it('on a client that upgrades and then says nothing', async () => {
    const { url, token } = stack.server.issue(spawnedExec('true', []), () => (stack.unused += 1));
    await say(upgrade(new URL(url).pathname, token));
    await until(() => stack.unused === 1, 'the exec is given back');
  });
});

describe('a session', () => {
  let session: ClientHttp2Session;
  let socket: Socket;
  beforeEach(async () => {
    const ticket = stack.server.issue(spawnedExec('cat', []), () => undefined);
    const dialled = await dial(ticket, AbortSignal.timeout(timeoutMs));
    if ('error' in dialled) throw dialled.error;
    socket = dialled.socket;
    session = connectHttp2('http://exec', { createConnection: () => socket });
    session.on('error', () => undefined);
  });
  afterEach(() => session.destroy());

  const ask = async (method: string, path: string): Promise<{ status: number; code: unknown }> => {
    const stream = session.request({ ':method': method, ':path': path }, { endStream: true });
    const [headers] = (await once(stream, 'response')) as [{ ':status': number }];
    const body: unknown = JSON.parse(await text(stream));
    const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
    return { status: headers[':status'], code };
  };

  it('refuses before the start what needs a program', async () => {
    for (const path of ['/exit', '/stderr']) {
      expect(await ask('GET', path)).toEqual({ status: 422, code: 'request.invalid' });
    }
    expect(await ask('POST', '/kill')).toEqual({ status: 422, code: 'request.invalid' });
  });

  it('refuses what it does not have, and goes on', async () => {
    session.request({ ':method': 'POST', ':path': '/process' });
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/process'],
      ['POST', '/connections/1'],
      ['POST', '/connections/x'],
      ['DELETE', '/kill'],
      ['GET', '//'],
    ] as const) {
      expect(await ask(method, path)).toEqual({ status: 404, code: 'request.not_found' });
    }
    for (const path of [
      '/process',
      '/terminate',
      '/terminate?grace=-1',
      '/terminate?grace=1e9',
      '/resize?columns=80&rows=2000',
    ]) {
      expect(await ask('POST', path)).toEqual({ status: 422, code: 'request.invalid' });
    }
    expect(await ask('POST', '/kill')).toEqual({ status: 200, code: undefined });
  });

  it('ends when the request of the program is given up', async () => {
    const stream = session.request({ ':method': 'POST', ':path': '/process' });
    await once(stream, 'response');
    stream.close(8);
    await once(session, 'close');
  });
});

describe('a client', () => {
  it('says what to do when nobody answers at all, or something else does', async () => {
    const closed = await execStack();
    const { port } = closed.server.address;
    await closed.close();
    const unavailable = { code: 'executor.unavailable', message: expect.stringContaining('docker-manager') };
    await expect(
      connectExecStream({ url: `http://127.0.0.1:${port}/exec/1`, token: 'x', timeoutMs }),
    ).rejects.toMatchObject(unavailable);
    await expect(
      connectExecStream({ url: `https://127.0.0.1:${port}/exec/1`, token: 'x', timeoutMs }),
    ).rejects.toMatchObject(unavailable);
  });

  it('does not wait longer than it was told', async () => {
    let refuse: (error: Error) => void = () => undefined;
    const starting = new Promise<never>((_resolve, reject) => (refuse = reject));
    const opening = stack.open({ start: () => starting }, { timeoutMs: 100 });
    await expect(opening).rejects.toMatchObject({
      code: 'executor.unavailable',
      message: expect.stringContaining('0.1 s'),
    });
    refuse(new DomainError('executor.refused', 'Too late.'));
  });

  it('sends the headers that it is given', async () => {
    const { address } = stack.server;
    const answer = await new Promise<number | undefined>((resolve) =>
      request({ port: address.port, path: '/exec/x', headers: { connection: 'close' } }, (response) =>
        resolve(response.resume().statusCode),
      ).end(),
    );
    expect(answer).toBe(404);
    const ticket = stack.server.issue(spawnedExec('true', []), () => undefined);
    const remote = await connectExecStream({
      url: ticket.url,
      headers: { authorization: `Bearer ${ticket.token}` },
      timeoutMs,
    });
    expect((await remote.exited).code).toBe(0);
  });
});
