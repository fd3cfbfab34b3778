import { createServer, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';

import { tempDir, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { execStack, text, until, type ExecStack } from './fixtures/exec-stack.js';
import { spawnedExec } from './fixtures/spawned-exec.js';
import type { RemoteProcess } from './index.js';
import { limits } from './protocol.js';

let stack: ExecStack;
let dir: TempDir;
let path: string;
beforeEach(async () => {
  stack = await execStack();
  dir = await tempDir('exec');
  path = `${dir.path}/s`;
});
afterEach(async () => {
  await stack.close();
  await dir.remove();
});

const program = (): ReturnType<typeof spawnedExec> => spawnedExec('cat', [], { sockets: { MODEL: path } });
const open = (handle: (connection: Duplex) => void): Promise<RemoteProcess> =>
  stack.open(program(), { sockets: { MODEL: handle } });

async function dialInside(): Promise<Socket> {
  const socket = connect({ path, allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

async function echo(socket: Socket | undefined): Promise<string> {
  if (!socket) return '';
  socket.write('ping');
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return String(chunk);
}

describe('a connection of a program', () => {
  it('is carried to the other end, and closed one way at a time', async () => {
    const remote = await open((connection) => {
      let said = '';
      connection.on('data', (chunk) => (said += String(chunk))).on('end', () => connection.end(`heard ${said}`));
    });
    const socket = await dialInside();
    socket.end('hello');
    expect(await text(socket)).toBe('heard hello');

    await remote.kill();
  });

  it('is enough for an HTTP server', async () => {
    const server = createServer((request, response) => {
      void text(request).then((body) => response.end(`${request.url} ${body.length}`));
    });
    const remote = await open((connection) => server.emit('connection', connection));
    for (let round = 0; round < 3; round += 1) {
      const request = httpRequest({ socketPath: path, path: '/v1/messages', method: 'POST' });
      request.end(Buffer.alloc(1_000_000));
      const [response] = (await once(request, 'response')) as [AsyncIterable<Buffer>];
      expect(await text(response)).toBe('/v1/messages 1000000');
    }
    await remote.kill();
    server.close();
  });

  it(`is one of ${limits.carriedConnections} at most; more are refused, and when one ends there is room again`, async () => {
    const taken: Duplex[] = [];
    const remote = await open((connection) => {
      taken.push(connection);
      connection.pipe(connection);
    });
    const sockets = await Promise.all(Array.from({ length: limits.carriedConnections }, dialInside));
    await until(() => taken.length === limits.carriedConnections, 'all are here');
    const tooMany = await dialInside();
    expect(await text(tooMany)).toBe('');
    // All of them work at once.
    const echoes = sockets.map(async (socket, index) => {
      socket.write(`number ${index}`);
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      return String(chunk);
    });
    expect(await Promise.all(echoes)).toEqual(sockets.map((_, index) => `number ${index}`));
    sockets[0]?.end();
    await text(sockets[0] ?? null);
    const next = await dialInside();
    next.write('room');
    expect(String((await once(next, 'data'))[0])).toBe('room');
    await remote.kill();
    for (const socket of [...sockets, tooMany, next]) socket.destroy();
  });

  it('that breaks takes no other along, whichever end breaks it', async () => {
    const taken: Duplex[] = [];
    const remote = await open((connection) => {
      taken.push(connection);
      connection.pipe(connection);
    });
    const sockets: Socket[] = [];
    for (let index = 0; index < 3; index += 1) {
      const socket = (await dialInside()).on('error', () => undefined);
      await echo(socket);
      sockets.push(socket);
    }
    const [one, two, three] = sockets;
    taken[0]?.destroy(new Error('broken here'));
    expect(await text(one ?? null)).toBe('');
    two?.destroy();
    await until(() => taken[1]?.destroyed === true, 'the other end hears of it');
    expect(await echo(three)).toBe('ping');
    await remote.kill();
    for (const socket of sockets) socket.destroy();
  });

  it('to a socket that nobody serves is closed', async () => {
    const remote = await stack.open(program(), { sockets: { OTHER: () => undefined } });
    const socket = (await dialInside()).on('error', () => undefined);
    expect(await text(socket).catch(() => '')).toBe('');
    await remote.kill();
  });

  it('ends with the program', async () => {
    const taken: Duplex[] = [];
    const remote = await open((connection) => taken.push(connection.resume()));
    const socket = (await dialInside()).on('error', () => undefined).resume();
    await until(() => taken.length === 1, 'it is here');
    const closed = [once(socket, 'close')];
    socket.on('end', () => socket.end());
    await remote.kill();
    await Promise.all(closed);
    await until(() => taken.every((connection) => connection.destroyed), 'and gone');
  });
});
