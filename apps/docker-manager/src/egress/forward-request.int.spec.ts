import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';

import { tempDir, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { EgressProxy } from './egress-proxy.js';
import { Internet, logTo, nameServers } from './fixtures/internet.js';
import { ask, readUntil, speak } from './fixtures/proxy-client.js';

let folder: TempDir;
let internet: Internet;
let proxy: EgressProxy;
let path: string;

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

async function start(): Promise<void> {
  const resolve = nameServers({ 'allowed.test': ['203.0.113.5'], 'rebind.test': ['127.0.0.1'] });
  const allow = ['allowed.test', 'rebind.test', 'gone.test'];
  proxy = new EgressProxy({ workspaceId: 'ws_1', allow, log: logTo([]), resolve, dial: internet.dial });
  await proxy.listen(path);
}

describe('a plain request', () => {
  it('reaches the host without what is between the program and the proxy', async () => {
    let seen: IncomingMessage | undefined;
    await internet.serve(
      80,
      createServer((request, response) => {
        seen = request;
        response.writeHead(200, { 'x-answer': 'yes', connection: 'x-private', 'x-private': '1' });
        request.pipe(response);
      }),
    );
    await start();
    const text = await ask(
      path,
      [
        'POST http://allowed.test/a/../b%2Bc?d HTTP/1.1',
        'Host: allowed.test',
        'Connection: close, X-Hop',
        'X-Hop: 1',
        'Proxy-Authorization: Basic eDp5',
        'Proxy-Connection: keep-alive',
        'X-Kept: 1',
        'Content-Length: 5',
        '',
        'hello',
      ].join('\r\n'),
    );
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*x-answer: yes[^]*hello/);
    expect(text).not.toContain('x-private');
    expect(seen).toMatchObject({ method: 'POST', url: '/a/../b%2Bc?d' });
    expect(seen?.headers).toEqual({
      host: 'allowed.test',
      'x-kept': '1',
      'content-length': '5',
      connection: 'close',
    });
  });

  it('cannot hide another request in the body of a method that has none', async () => {
    const seen: string[] = [];
    await internet.serve(
      80,
      createServer((request, response) => {
        seen.push(`${request.method} ${request.headers.host}${request.url}`);
        request.resume().on('end', () => response.end('ok'));
      }),
    );
    await start();
    const hidden = 'GET /hidden HTTP/1.1\r\nHost: other.test\r\n\r\n';
    const chunk = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
    const head = 'GET http://allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\nConnection: close\r\n';
    await ask(path, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk}`);
    await ask(path, `${head.replace('close', 'close, transfer-encoding')}Transfer-Encoding: chunked\r\n\r\n${chunk}`);
    await ask(
      path,
      `${head.replace('close', 'close, content-length')}Content-Length: ${hidden.length}\r\n\r\n${hidden}`,
    );
    expect(seen).toEqual(Array(3).fill('GET allowed.test/'));
  });

  it('keeps the connection of the program for the next one', async () => {
    await internet.serve(
      80,
      createServer((request, response) => response.end(`<${request.url}>`)),
    );
    await start();
    const get = (file: string): string => `GET http://allowed.test/${file} HTTP/1.1\r\nHost: allowed.test\r\n\r\n`;
    const socket = await speak(path, get('1') + get('2'));
    expect(await readUntil(socket, '</2>')).toContain('</1>');
    socket.destroy();
  });

  it.each([
    ['http://other.test/', 'other.test', 403],
    ['http://rebind.test/', 'rebind.test', 403],
    ['http://allowed.test:8080/', 'allowed.test:8080', 403],
    ['http://127.0.0.1/', '127.0.0.1', 403],
    ['http://allowed.test/', 'other.test', 400],
    ['/', 'allowed.test', 400],
    ['http://gone.test/', 'gone.test', 502],
  ])('for %s with Host %s is answered %3$i', async (url, host, status) => {
    await start();
    const text = await ask(path, `GET ${url} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    expect(text).toContain(`HTTP/1.1 ${status} `);
    expect(internet.dialled).toEqual([]);
  });

  it('gets 502 for an answer that is none, and a broken one is broken for the program too', async () => {
    await internet.serveTcp(80, (socket) => void socket.once('data', () => socket.end('garbage\r\n\r\n')));
    await start();
    const request = 'GET http://allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\n\r\n';
    expect(await ask(path, request)).toContain('HTTP/1.1 502 ');
    await internet.serveTcp(
      80,
      (socket) => void socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')),
    );
    const socket = await speak(path, request);
    await expect(readUntil(socket, 'never')).rejects.toThrow('half');
  });
});
