import { once } from 'node:events';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@aicode/testing';

import { connectionPair } from '../fixtures/ask-model.js';
import { ConnectionServer } from './connection-server.js';

const get = 'GET / HTTP/1.1\r\nhost: model\r\n\r\n';
const times = { headersMs: 150, idleMs: 150 };
let dir: string;
let listener: Server;
let accepted: ((socket: Socket) => void) | undefined;
const servers: ConnectionServer[] = [];

beforeAll(async () => {
  dir = await mkdtemp('/tmp/connections-');
  listener = createServer({ allowHalfOpen: true }, (socket) => accepted?.(socket)).listen(join(dir, 's'));
  await once(listener, 'listening');
});
afterEach(() => servers.splice(0).forEach((server) => server.close()));
afterAll(async () => {
  listener.close();
  await rm(dir, { recursive: true });
});

function serve(handle: ConstructorParameters<typeof ConnectionServer>[0], given = times): ConnectionServer {
  const server = new ConnectionServer(handle, given);
  servers.push(server);
  return server;
}

/** A connection as an executor hands it over: of a unix socket, or carried by a stream. */
async function connectionTo(server: ConnectionServer, kind: 'socket' | 'carried'): Promise<Duplex> {
  if (kind === 'carried') {
    const [mine, theirs] = connectionPair();
    server.accept(theirs);
    return mine;
  }
  const arrived = new Promise<void>((resolve) => {
    accepted = (socket) => {
      server.accept(socket);
      resolve();
    };
  });
  const mine = connect(join(dir, 's')).on('error', () => undefined);
  await arrived;
  return mine;
}

const closed = (connection: Duplex): Promise<unknown> =>
  new Promise((resolve) => connection.resume().once('close', resolve).once('end', resolve));
const textUntil = async (connection: Duplex, end: string): Promise<string> => {
  let text = '';
  while (!text.includes(end)) text += String((await once(connection, 'data'))[0]);
  return text;
};

describe.each(['socket', 'carried'] as const)('connections by %s', (kind) => {
  it('are spoken HTTP on, many requests one after the other', async () => {
    const server = serve((request, response) => response.end(`you asked for ${request.url}.`));
    const connection = await connectionTo(server, kind);
    for (const path of ['/a', '/b', '/c']) {
      connection.write(get.replace('/', path));
      expect(await textUntil(connection, '.')).toContain(`you asked for ${path}`);
    }
    connection.destroy();
  });

  it('carry an answer as it comes, piece by piece', async () => {
    let more: (text: string) => void = () => undefined;
    const server = serve((_request, response) => {
      response.write('first');
      more = (text) => response.write(text);
    });
    const connection = await connectionTo(server, kind);
    connection.write(get);
    await textUntil(connection, 'first');
    for (const piece of ['second', 'third']) {
      more(piece);
      await textUntil(connection, piece);
    }
    connection.destroy();
  });

  it.each([
    ['that say nothing', ''],
    ['that never come to the end of their headers', 'GET / HTTP/1.1\r\nx: '],
  ])('are ended %s', async (_name, words) => {
    const server = serve(() => undefined);
    const connection = await connectionTo(server, kind);
    const over = closed(connection);
    connection.write(words);
    // Slowly, but always something.
    const drip = setInterval(() => !connection.destroyed && words && connection.write('y'), 20);
    await over;
    clearInterval(drip);
    await until(() => server.size === 0);
  });

  it('are ended when nothing more is asked, and not while an answer is under way', async () => {
    let finish: () => void = () => undefined;
    const server = serve((_request, response) => (finish = () => void response.end('late.')), {
      headersMs: 60,
      idleMs: 0,
    });
    const connection = await connectionTo(server, kind);
    connection.write(get);
    // Twice as long as a connection without a request may be there.
    for (const idle of [1, 2]) await closed(await connectionTo(server, idle === 1 ? 'carried' : kind));
    const answer = textUntil(connection, 'late.');
    finish();
    expect(await answer).toContain('late.');
    await closed(connection);
  });

  it('are ended with the process, in the middle of an answer too, and none is taken after', async () => {
    const server = serve((_request, response) => response.write('begun'));
    const busy = await connectionTo(server, kind);
    const idle = await connectionTo(server, kind);
    busy.write(get);
    await textUntil(busy, 'begun');
    const all = Promise.all([closed(busy), closed(idle)]);
    server.close();
    await all;
    await closed(await connectionTo(server, kind));
    await until(() => server.size === 0);
  });

  it('that close their half are closed on ours', async () => {
    const server = serve(() => undefined);
    const connection = await connectionTo(server, kind);
    connection.end();
    await closed(connection);
  });

  it('are told the end of whoever hangs up in the middle of an answer', async () => {
    const left = new Promise((resolve) => {
      void connectionTo(
        serve((_request, response) => {
          response.once('close', () => resolve(response.writableFinished)).write('begun');
        }),
        kind,
      ).then(async (connection) => {
        connection.write(get);
        await textUntil(connection, 'begun');
        connection.destroy();
      });
    });
    expect(await left).toBe(false);
  });

  it('have one request at a time: who asks for more at once is not served', async () => {
    let asked = 0;
    const server = serve(() => (asked += 1));
    const connection = await connectionTo(server, kind);
    const over = closed(connection);
    connection.write(get.repeat(1000));
    await over;
    expect(asked).toBe(1);
  });

  it('are a few at most, however many come, and those that leave make room', async () => {
    const server = serve((_request, response) => response.end('served.'));
    let refused = 0;
    const all: Duplex[] = [];
    for (let i = 0; i < 300; i += 1) {
      const connection = await connectionTo(server, kind);
      connection.resume().once('close', () => (refused += 1));
      all.push(connection);
    }
    expect(server.size).toBeLessThanOrEqual(64);
    await until(() => refused >= 236);
    all.forEach((connection) => connection.destroy());
    await until(() => server.size === 0);
    const next = await connectionTo(server, kind);
    next.write(get);
    expect(await textUntil(next, 'served.')).toContain('200 OK');
    next.destroy();
  });

  it('that speak no HTTP are ended', async () => {
    const server = serve(() => undefined);
    const connection = await connectionTo(server, kind);
    const over = closed(connection);
    connection.write('\x16\x03\x01 hello\r\n\r\n');
    await over;
    await until(() => server.size === 0);
  });
});
