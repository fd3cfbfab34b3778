import { join } from 'node:path';
import type { Socket } from 'node:net';

import { tempDir, until, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { EgressProxy, type EgressLimits } from './egress-proxy.js';
import { Internet, logTo, nameServers, type LogLine } from './fixtures/internet.js';
import { ask, askTunnel, readAll, readUntil, speak } from './fixtures/proxy-client.js';

let folder: TempDir;
let internet: Internet;
let proxy: EgressProxy;
let path: string;
const lines: LogLine[] = [];

beforeEach(async () => {
  folder = await tempDir('egress');
  internet = new Internet();
  path = join(folder.path, 'egress');
});
afterEach(async () => {
  await proxy.close();
  await internet.close();
  await folder.remove();
});

async function start(limits: Partial<EgressLimits>): Promise<void> {
  const resolve = nameServers({ 'allowed.test': ['203.0.113.5'] });
  const { dial } = internet;
  proxy = new EgressProxy({ workspaceId: 'ws_1', allow: ['allowed.test'], log: logTo(lines), resolve, dial, limits });
  await proxy.listen(path);
}

const tunnel = 'CONNECT allowed.test:443 HTTP/1.1\r\nHost: allowed.test:443\r\n\r\n';
const stillServes = async (): Promise<void> => expect((await askTunnel(path, 'other.test:443')).status).toBe(403);

describe('a hostile program', () => {
  it.each([
    ['garbage', Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7) % 256)), '400'],
    ['TLS where HTTP is spoken', Buffer.from('16030100a5010000a10303', 'hex'), '400'],
    ['headers without end', `GET http://allowed.test/ HTTP/1.1\r\nX: ${'x'.repeat(100_000)}`, '431'],
    ['a target without end', `CONNECT ${'a'.repeat(100_000)}:443 HTTP/1.1\r\n\r\n`, '431'],
    [
      'two lengths',
      'POST http://allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
      '400',
    ],
    [
      'length and chunks',
      'POST http://allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
    ],
    ['no host', 'GET http://allowed.test/ HTTP/1.1\r\n\r\n', '400'],
  ])('gets an error for %s', async (_, text, status) => {
    await start({});
    expect(await ask(path, text)).toContain(`HTTP/1.1 ${status} `);
    expect(internet.dialled).toEqual([]);
    await stillServes();
  });

  it.each([
    ['says nothing', ''],
    ['says a header drop by drop', 'CONNECT allowed.test:443 HTTP/1.1\r\nX: '],
  ])('that %s is cut', async (_, text) => {
    await start({ headersMs: 200 });
    const socket = await speak(path, text);
    const drops = setInterval(() => text === '' || socket.write('x'), 20);
    await readAll(socket);
    clearInterval(drops);
    socket.destroy();
    await stillServes();
  });

  it('gets no more connections than its share', async () => {
    await internet.serveTcp(443, (socket) => void socket.resume().on('end', () => socket.end()));
    await start({ connections: 5 });
    const sockets: Socket[] = [];
    for (let i = 0; i < 5; i += 1) {
      const socket = await speak(path, tunnel);
      await readUntil(socket, '200');
      sockets.push(socket);
    }
    for (let i = 0; i < 500; i += 1) {
      const refused = await speak(path, tunnel);
      expect(await readAll(refused)).toBe('');
      refused.destroy();
    }
    expect(internet.dialled).toHaveLength(5);
    sockets.forEach((socket) => socket.destroy());
    await until(() => internet.connections === 0);
    await stillServes();
  });

  it('gets no more either by many requests on one connection', async () => {
    await internet.serveTcp(80, () => undefined);
    await start({ connections: 5 });
    const request = 'GET http://allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\n\r\n';
    const socket = await speak(path, request.repeat(10));
    await until(() => internet.connections === 5);
    await stillServes();
    expect(internet.dialled).toHaveLength(5);
    socket.destroy();
    await until(() => internet.connections === 0);
    expect(await ask(path, request.repeat(1000))).toBe('');
    await until(() => internet.connections === 0);
    await stillServes();
  });

  it('does not hold a tunnel on which nothing passes', async () => {
    await internet.serveTcp(443, () => undefined);
    await start({ idleMs: 100 });
    const socket = await speak(path, tunnel);
    await readUntil(socket, '200');
    await until(() => internet.connections === 0);
    await stillServes();
  });

  it('does not hold up the end of the proxy', async () => {
    await internet.serveTcp(443, () => undefined);
    await start({});
    const socket = await speak(path, tunnel);
    await readUntil(socket, '200');
    await speak(path, 'CONN');
    await proxy.close();
    await until(() => internet.connections === 0 && socket.readableEnded);
  });
});
