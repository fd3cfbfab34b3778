import { once } from 'node:events';
import { createServer, Socket, type AddressInfo, type Server } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { connected, dialPinned } from './dial.js';
import { askNameServers, internetAddresses } from './internet-addresses.js';

let server: Server;
let port: number;
beforeEach(async () => {
  server = createServer((socket) => socket.on('error', () => undefined).end('here')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(() => void server.close());

describe('dialling', () => {
  it('goes to the addresses given, one after the other, and does not ask for the name', async () => {
    const socket = dialPinned({ host: 'no-such-name.invalid', port }, ['::1', '127.0.0.2', '127.0.0.1']);
    await connected(socket, 'no-such-name.invalid', 5000);
    expect(socket.remoteAddress).toBe('127.0.0.1');
    socket.destroy();
  });

  it('says that nobody is there', async () => {
    const { port: closed } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const socket = dialPinned({ host: 'a.test', port: closed }, ['127.0.0.1']);
    await expect(connected(socket, 'a.test', 5000)).rejects.toMatchObject({ status: 502 });
  });

  it('gives up in time', async () => {
    const socket = new Socket();
    await expect(connected(socket, 'a.test', 50)).rejects.toMatchObject({ status: 504 });
    expect(socket.destroyed).toBe(true);
  });
});

describe('asking the name servers', () => {
  it('finds nothing for a name that nobody has, and ends when it must', async () => {
    const options = { resolve: askNameServers, isPublic: () => true, timeoutMs: 200 };
    const started = performance.now();
    await expect(internetAddresses('no-such-name.invalid', options)).rejects.toMatchObject({ status: 502 });
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
