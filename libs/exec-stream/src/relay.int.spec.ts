import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import { tempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { execStack, text, type ExecStack } from './fixtures/exec-stack.js';
import { nodeExec, spawnedExec } from './fixtures/spawned-exec.js';
import { connectExecStream, relayExecStream, type IssuedTicket } from './index.js';

let stack: ExecStack;
let gateway: Server;
let url: string;
/** Where the gateway leads to. */
let target: { url: string; token: string };
let relays: Promise<unknown>[];
let clients: Duplex[];

beforeEach(async () => {
  stack = await execStack({ lostAfterMs: 2_000 });
  relays = [];
  clients = [];
  gateway = createServer();
  gateway.on('upgrade', (_request, socket, head) => {
    clients.push(socket);
    relays.push(
      relayExecStream(socket, head, target).then(
        () => 'ended',
        (error: unknown) => error,
      ),
    );
  });
  gateway.listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  const { port } = gateway.address() as AddressInfo;
  url = `http://127.0.0.1:${port}/api/v1/workspaces/1/exec`;
});
afterEach(async () => {
  await stack.close();
  gateway.close();
});

const through = (ticket: IssuedTicket, sockets = {}): ReturnType<typeof connectExecStream> => {
  target = ticket;
  return connectExecStream({
    url,
    headers: { authorization: 'Bearer of the session' },
    timeoutMs: 5_000,
    lostAfterMs: 2_000,
    sockets,
  });
};

describe('a gateway between', () => {
  it('passes everything through', async () => {
    const dir = await tempDir('exec');
    const exec = nodeExec(
      `const socket = require('net').connect(process.env.MODEL);
       socket.on('data', (data) => process.stderr.write(data)).on('end', () => process.stdin.pipe(process.stdout));`,
      { sockets: { MODEL: `${dir.path}/s` } },
    );
    const remote = await through(
      stack.server.issue(exec, () => undefined),
      { MODEL: (connection: Duplex) => connection.end('hi') },
    );
    remote.stdin.end(Buffer.alloc(20_000_000, 'x'));
    const [out, err] = await Promise.all([text(remote.stdout), text(remote.stderr)]);
    expect({ out: out.length, err }).toEqual({ out: 20_000_000, err: 'hi' });
    expect(await remote.exited).toEqual({ code: 0, signal: null, reason: null });
    expect(await Promise.all(relays)).toEqual(['ended']);
    await dir.remove();
  });

  it('stops the program when the client does not read', async () => {
    const remote = await through(stack.server.issue(spawnedExec('cat', ['/dev/zero']), () => undefined));
    await once(remote.stdout, 'readable');
    await remote.kill();
    expect((await remote.exited).signal).toBe('SIGKILL');
    remote.stdout.destroy();
  });

  it('ends both sides when the client goes', async () => {
    const exec = spawnedExec('sleep', ['1000']);
    await through(stack.server.issue(exec, () => undefined));
    clients[0]?.destroy();
    expect((await exec.gone).signal).toBe('SIGKILL');
    expect(await Promise.all(relays)).toEqual(['ended']);
  });

  it('ends both sides when the server goes', async () => {
    const remote = await through(stack.server.issue(spawnedExec('sleep', ['1000']), () => undefined));
    await stack.server.close();
    expect((await remote.exited).reason).toBe('engine_lost');
    expect(await Promise.all(relays)).toEqual(['ended']);
  });

  it('passes a refusal on, and tells the gateway', async () => {
    const ticket = stack.server.issue(spawnedExec('true', []), () => undefined);
    await expect(through({ ...ticket, token: 'wrong' })).rejects.toMatchObject({ code: 'executor.refused' });
    expect(await Promise.all(relays)).toEqual([expect.objectContaining({ code: 'executor.refused' })]);
  });

  it('says so when there is no server', async () => {
    const ticket = stack.server.issue(spawnedExec('true', []), () => undefined);
    await stack.server.close();
    await expect(through(ticket)).rejects.toMatchObject({ code: 'executor.unavailable' });
    expect(await Promise.all(relays)).toEqual([expect.objectContaining({ code: 'executor.unavailable' })]);
  });

  it('gives up when the client goes before there is an answer', async () => {
    const silent = createServer().on('upgrade', () => clients[0]?.destroy());
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const opening = through({ id: '', url: `http://127.0.0.1:${port}/exec/1`, token: 'x' });
    await expect(opening).rejects.toMatchObject({ code: 'executor.unavailable' });
    expect(await Promise.all(relays)).toEqual([expect.objectContaining({ message: expect.stringContaining('left') })]);
    silent.closeAllConnections();
    silent.close();
  });
});

describe('what a gateway itself answers', () => {
  it.each([
    [
      403,
      {
        type: 'about:blank',
        title: 'Forbidden',
        status: 403,
        detail: 'Not yours.',
        code: 'auth.forbidden',
        request_id: 'r',
      },
      'auth.forbidden',
    ],
    [502, { anything: 'else' }, 'executor.unavailable'],
    [200, 'x'.repeat(100_000), 'executor.unavailable'],
  ])('%i is the error', async (status, body, code) => {
    gateway.removeAllListeners('upgrade').on('upgrade', (_request, socket: Duplex) => {
      const text = JSON.stringify(body);
      socket.on('error', () => undefined);
      socket.end(`HTTP/1.1 ${status} Whatever\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    });
    await expect(connectExecStream({ url, timeoutMs: 5_000 })).rejects.toMatchObject({ code });
  });

  it('101 to another protocol is no exec stream', async () => {
    gateway.removeAllListeners('upgrade').on('upgrade', (_request, socket: Duplex) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      socket.on('error', () => undefined).resume();
      socket.on('end', () => socket.end());
    });
    await expect(connectExecStream({ url, timeoutMs: 5_000 })).rejects.toMatchObject({ code: 'executor.unavailable' });
  });
});
