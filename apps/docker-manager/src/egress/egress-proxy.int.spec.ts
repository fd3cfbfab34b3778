import { join } from 'node:path';

import { tempDir, until, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { EgressProxy, type EgressProxyOptions } from './egress-proxy.js';
import { Internet, logTo, nameServers, type LogLine } from './fixtures/internet.js';
import { askTunnel, readAll, readUntil, speak } from './fixtures/proxy-client.js';

let folder: TempDir;
let internet: Internet;
let path: string;
let lines: LogLine[];
const open: EgressProxy[] = [];

beforeEach(async () => {
  folder = await tempDir('egress');
  internet = new Internet();
  path = join(folder.path, 'egress');
  lines = [];
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((proxy) => proxy.close()));
  await internet.close();
  await folder.remove();
});

const names = {
  'allowed.test': ['203.0.113.5', '2001:db8::5'],
  'sub.wild.test': ['203.0.113.6'],
  'mixed.test': ['203.0.113.5', '10.0.0.1'],
  'rebind.test': ['127.0.0.1'],
  'metadata.test': ['169.254.169.254'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'nat64.test': ['64:ff9b::a00:1'],
  'ula.test': ['fd00::1'],
  'cgnat.test': ['100.64.0.1'],
};
const allow = [...Object.keys(names).filter((name) => name !== 'sub.wild.test'), '*.wild.test', 'gone.test'];

async function start(options: Partial<EgressProxyOptions> = {}): Promise<EgressProxy> {
  const { dial } = internet;
  const proxy = new EgressProxy({
    workspaceId: 'ws_1',
    allow,
    log: logTo(lines),
    resolve: nameServers(names),
    dial,
    ...options,
  });
  open.push(proxy);
  await proxy.listen(path);
  return proxy;
}

const connectTo = (target: string): string => `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`;

describe('a tunnel', () => {
  it('leads to an allowed host, with what was said at once, and is half-closed by either side', async () => {
    await internet.serveTcp(443, (socket) => {
      let heard = '';
      socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
      socket.on('end', () => socket.end(`heard ${heard}`));
    });
    await start();
    const socket = await speak(path, `${connectTo('Allowed.test:443')}early `);
    await readUntil(socket, '200 Connection established\r\n\r\n');
    socket.end('late');
    expect(await readAll(socket)).toBe('heard early late');
    expect(internet.dialled).toEqual([{ host: 'allowed.test', port: 443, addresses: names['allowed.test'] }]);
    await until(() => internet.connections === 0);
  });

  it('stays open for the program when the host has said all it has to say', async () => {
    const heard = new Promise<string>((resolve) => {
      void internet.serveTcp(443, (socket) => {
        socket.end('bye');
        void readAll(socket).then(resolve);
      });
    });
    await start();
    const socket = await speak(path, connectTo('sub.wild.test:443'));
    expect(await readAll(socket)).toContain('bye');
    socket.end('still here');
    expect(await heard).toBe('still here');
  });

  it('carries much, unchanged, both ways', async () => {
    await internet.serveTcp(443, (socket) => void socket.pipe(socket));
    await start();
    const socket = await speak(path, connectTo('allowed.test:443'));
    await readUntil(socket, '\r\n\r\n');
    const sent = Buffer.alloc(5_000_000, 'abcdefg');
    let received = 0;
    socket.on('data', (chunk: Buffer) => (received += chunk.length));
    socket.end(sent);
    await until(() => socket.readableEnded);
    expect(received).toBe(sent.length);
  });

  it('ends for the host when the program goes, and the other way round', async () => {
    await internet.serveTcp(443, (socket) => {
      socket.on('data', () => socket.resetAndDestroy()).on('end', () => socket.end());
    });
    await start();
    const gone = await speak(path, connectTo('allowed.test:443'));
    await readUntil(gone, '\r\n\r\n');
    expect(internet.connections).toBe(1);
    gone.destroy();
    await until(() => internet.connections === 0);
    const left = await speak(path, connectTo('allowed.test:443'));
    await readUntil(left, '\r\n\r\n');
    left.write('x');
    await until(() => left.destroyed || left.readableEnded);
  });

  it.each([
    ['other.test:443', 'other.test'],
    ['wild.test:443', 'wild.test'],
    ['127.0.0.1:443', '127.0.0.1'],
    ['localhost:443', 'localhost'],
    ['[::1]:443', '[::1]'],
    ['0x7f.1:443', '0x7f.1'],
    ['2130706433:443', '2130706433'],
    ['allowed.test:22', 'port 22 of allowed.test'],
    ['allowed.test:6379', 'port 6379 of allowed.test'],
    ['rebind.test:443', 'rebind.test leads to'],
    ['mixed.test:443', 'mixed.test leads to'],
    ['metadata.test:80', 'metadata.test leads to'],
    ['mapped.test:443', 'mapped.test leads to'],
    ['nat64.test:443', 'nat64.test leads to'],
    ['ula.test:443', 'ula.test leads to'],
    ['cgnat.test:443', 'cgnat.test leads to'],
  ])('to %s is refused with a sentence, counted and logged', async (target, words) => {
    const refused: string[] = [];
    const proxy = await start({ onRefused: (host) => refused.push(host) });
    const { status, text } = await askTunnel(path, target);
    expect(status).toBe(403);
    expect(text).toContain(words);
    expect(text).toMatch(/\.\n$/);
    expect(proxy.refused).toBe(1);
    expect(refused).toHaveLength(1);
    expect(lines).toMatchObject([{ level: 'warn', workspace_id: 'ws_1', host: refused[0] }]);
    expect(internet.dialled).toEqual([]);
  });

  it('is not opened to this machine by its own address either', async () => {
    const { networkInterfaces } = await import('node:os');
    const own = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
    await start({ resolve: () => Promise.resolve(own.slice(0, 1)) });
    expect((await askTunnel(path, 'allowed.test:443')).status).toBe(403);
    for (const address of own) {
      await open[0]?.close();
      await start({ resolve: () => Promise.resolve([address]) });
      expect((await askTunnel(path, 'allowed.test:443')).status).toBe(403);
    }
  });

  it('does not ask name servers for a host that is not allowed', async () => {
    const asked: string[] = [];
    await start({ resolve: (host) => (asked.push(host), Promise.resolve([])) });
    await askTunnel(path, 'secret-data.other.test:443');
    expect(asked).toEqual([]);
  });

  it('says what is wrong when the host is not found, not reached or silent', async () => {
    await start({ limits: { dnsMs: 50 } });
    expect(await askTunnel(path, 'gone.test:443')).toMatchObject({
      status: 502,
      text: expect.stringContaining('gone.test'),
    });
    expect(await askTunnel(path, 'allowed.test:443')).toMatchObject({ status: 502 });
    await open[0]?.close();
    await start({ limits: { dnsMs: 50 }, resolve: () => new Promise(() => undefined) });
    expect(await askTunnel(path, 'allowed.test:443')).toMatchObject({ status: 502 });
  });
});

describe('the socket of the proxy', () => {
  it('can be taken over from one that was left, and a later one is left alone', async () => {
    const first = await start();
    const second = await start();
    await first.close();
    expect((await askTunnel(path, 'other.test:443')).status).toBe(403);
    expect(second.refused).toBe(1);
    await second.close();
    await expect(speak(path, '')).rejects.toThrow('ENOENT');
  });
});
