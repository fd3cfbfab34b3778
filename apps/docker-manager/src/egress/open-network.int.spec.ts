import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';

import { newId } from '@aicode/contracts';
import { dockerAt } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Docker from 'dockerode';

import { closeNetwork } from './close-network.js';
import { answering, engineHost, run, runOn, TestRooms, workspaceImage } from './fixtures/engine.js';
import { ensureNetwork, networkName, removeNetwork, removeUnusedNetworks } from './open-network.js';
import { labels } from '../containers/names.js';

/** Of RFC 5737: nobody's, so nothing of this machine is cut off by leading it into a namespace of ours. */
const publicAddress = '198.51.100.77';
const namespace = `eg${randomBytes(3).toString('hex')}`;
let rooms: TestRooms;
let docker: Docker;
let host: Server;
let port: number;
let internet: ChildProcess;
let room: Docker.Container;
let neighbour: Docker.Container;
let sibling: Docker.Container;
const [workspaceId, otherId] = [newId('workspace'), newId('workspace')];

const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: 'pipe' });

/** A machine of the internet: a namespace that the host routes one address to. */
async function startInternet(): Promise<void> {
  ip('netns', 'add', namespace);
  ip('link', 'add', `${namespace}h`, 'type', 'veth', 'peer', 'name', `${namespace}n`, 'netns', namespace);
  ip('link', 'set', `${namespace}h`, 'up');
  ip('-n', namespace, 'link', 'set', `${namespace}n`, 'up');
  ip('-n', namespace, 'addr', 'add', `${publicAddress}/32`, 'dev', `${namespace}n`);
  ip('-n', namespace, 'route', 'add', 'default', 'dev', `${namespace}n`);
  ip('route', 'add', `${publicAddress}/32`, 'dev', `${namespace}h`);
  internet = spawn('ip', ['netns', 'exec', namespace, ...answering(publicAddress, 80, 'the internet')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (internet.stdout) await once(internet.stdout, 'data');
}

async function addressOf(container: Docker.Container, id: string): Promise<{ own: string; gateway: string }> {
  const { NetworkSettings } = await container.inspect();
  const network = NetworkSettings.Networks[networkName(id)];
  return { own: network?.IPAddress ?? '', gateway: network?.Gateway ?? '' };
}

const get = (url: string, ...args: string[]): ReturnType<typeof run> =>
  run(room, ['curl', '-sS', '--max-time', '3', ...args, url]);

(engineHost ? describe : describe.skip)('a container with the policy open', () => {
  const helper = { image: workspaceImage, labels: {} as Record<string, string> };

  beforeAll(async () => {
    docker = dockerAt(engineHost ?? '');
    rooms = new TestRooms(docker);
    helper.labels = { [labels.home]: rooms.homeId };
    host = createServer((_, response) => response.end('the host')).listen(0, '0.0.0.0');
    await once(host, 'listening');
    port = (host.address() as AddressInfo).port;
    await startInternet();
    const owner = { homeId: rooms.homeId, workspaceId };
    const names = await Promise.all([ensureNetwork(docker, owner), ensureNetwork(docker, owner)]);
    expect(names).toEqual([networkName(workspaceId), networkName(workspaceId)]);
    const other = await ensureNetwork(docker, { homeId: rooms.homeId, workspaceId: otherId });
    [room, sibling, neighbour] = await Promise.all([
      rooms.start(networkName(workspaceId)),
      rooms.start(networkName(workspaceId)),
      rooms.start(other),
    ]);
  });
  afterAll(async () => {
    await rooms.remove();
    host.close();
    internet.kill('SIGKILL');
    ip('netns', 'del', namespace);
  });

  it('could reach the host before its network is closed, so that what follows says something', async () => {
    const { gateway } = await addressOf(room, workspaceId);
    expect((await get(`http://${gateway}:${port}/`)).stdout).toBe('the host');
    expect((await get(`http://${publicAddress}/`)).stdout).toBe('the internet');
  });

  describe('once closed', () => {
    beforeAll(() => closeNetwork(docker, room, helper));

    it('reaches the internet', async () => {
      expect((await get(`http://${publicAddress}/`)).stdout).toBe('the internet');
    });

    it('does not reach the host: not by the gateway, not by any address, not past the routes', async () => {
      const { gateway } = await addressOf(room, workspaceId);
      const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
      const addresses = [
        gateway,
        ...own.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address),
      ];
      expect(addresses.length).toBeGreaterThan(1);
      for (const address of addresses) {
        for (const way of [[], ['--interface', 'eth0']]) {
          const { code, stdout } = await get(`http://${address}:${port}/`, ...way);
          expect({ address, way, code, stdout }).toEqual({ address, way, code: 7, stdout: '' });
        }
      }
    });

    it('does not reach the host by datagrams that name their device', async () => {
      const { gateway } = await addressOf(room, workspaceId);
      const send = `import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.setsockopt(socket.SOL_SOCKET, socket.SO_DONTROUTE, 1)
info = struct.pack("=I4s4s", socket.if_nametoindex("eth0"), b"\\0" * 4, b"\\0" * 4)
try: s.sendmsg([b"x"], [(socket.IPPROTO_IP, 8, info)], 0, ("${gateway}", ${port})); print("sent")
except OSError as e: print("refused", e.errno)`;
      expect((await run(room, ['python3', '-c', send])).stdout).toMatch(/^refused (1|13|101|113)\n$/);
    });

    it('does not reach containers, of another workspace or of its own', async () => {
      for (const [container, id] of [
        [neighbour, otherId],
        [sibling, workspaceId],
      ] as const) {
        await runOn(container, answering('0.0.0.0', 8000, 'reached'));
        const { own } = await addressOf(container, id);
        expect((await run(container, ['curl', '-sS', `http://${own}:8000/`])).stdout).toBe('reached');
        expect(await get(`http://${own}:8000/`)).toMatchObject({ code: 7, stdout: '' });
        expect(await get(`http://${own}:8000/`, '--interface', 'eth0')).toMatchObject({
          code: 7,
          stdout: '',
        });
      }
    });

    it.each([
      '169.254.169.254',
      '100.100.100.200',
      '168.63.129.16',
      '10.0.0.1',
      '192.168.1.1',
      '224.0.0.251',
      '100.64.0.1',
    ])('does not reach %s', async (address) => expect((await get(`http://${address}/`)).code).toBe(7));

    it('has no IPv6 that leads anywhere', async () => {
      expect((await get('http://[2001:db8::1]/')).code).toBe(7);
    });

    it('can reach itself, and the resolver of the engine', async () => {
      await runOn(room, answering('127.0.0.1', 8000, 'reached'));
      expect((await get('http://127.0.0.1:8000/')).stdout).toBe('reached');
      const ask = `import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(20)
s.sendto(struct.pack(">6H", 7, 256, 1, 0, 0, 0) + b"\\x07example\\x03org\\0" + struct.pack(">2H", 1, 1), ("127.0.0.11", 53))
print("answer", struct.unpack(">H", s.recv(512)[:2])[0])`;
      expect((await run(room, ['python3', '-c', ask])).stdout).toBe('answer 7\n');
    });

    it('cannot open it again', async () => {
      for (const user of ['1000:1000', '0:0']) {
        expect((await run(room, ['nft', 'flush', 'ruleset'], {}, user)).code).not.toBe(0);
        expect(
          (await run(room, ['unshare', '--user', '--map-root-user', 'nft', 'flush', 'ruleset'], {}, user)).code,
        ).not.toBe(0);
        expect((await run(room, ['ip', 'route', 'add', '10.0.0.0/8', 'dev', 'eth0'], {}, user)).code).not.toBe(0);
      }
    });

    it('may be closed twice, and must be closed after each start', async () => {
      const { gateway } = await addressOf(room, workspaceId);
      await closeNetwork(docker, room, helper);
      expect((await get(`http://${gateway}:${port}/`)).code).toBe(7);
      await room.kill();
      await room.start();
      expect((await get(`http://${gateway}:${port}/`)).stdout).toBe('the host');
      await closeNetwork(docker, room, helper);
      expect((await get(`http://${gateway}:${port}/`)).code).toBe(7);
    });
  });

  it('leaves no helper behind', async () => {
    const filters = { label: [`${labels.home}=${rooms.homeId}`] };
    expect(await docker.listContainers({ all: true, filters })).toHaveLength(3);
  });

  it('is not started where its network cannot be closed', async () => {
    await expect(closeNetwork(docker, room, { ...helper, image: 'aicli/no-such-image' })).rejects.toMatchObject({
      code: 'container.image_missing',
    });
    await room.kill();
    await expect(closeNetwork(docker, room, helper)).rejects.toMatchObject({ code: 'executor.unavailable' });
  });

  it('loses its network with its workspace, and a foreign one stays', async () => {
    const unused = { homeId: rooms.homeId, workspaceId: newId('workspace') };
    await ensureNetwork(docker, unused);
    await removeNetwork(docker, { ...unused, homeId: 'another' });
    await expect(ensureNetwork(docker, { ...unused, homeId: 'another' })).rejects.toThrow('docker network rm');
    await removeUnusedNetworks(docker, rooms.homeId, new Set([unused.workspaceId]));
    const filters = { label: [`${labels.home}=${rooms.homeId}`] };
    expect(await docker.listNetworks({ filters })).toHaveLength(3);
    await removeUnusedNetworks(docker, rooms.homeId, new Set());
    expect(await docker.listNetworks({ filters })).toHaveLength(2);
    await ensureNetwork(docker, unused);
    await removeNetwork(docker, unused);
    await removeNetwork(docker, unused);
    expect(await docker.listNetworks({ filters })).toHaveLength(2);
  });
});
