import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { newId, type NetworkPolicy } from '@aicode/contracts';
import { dockerAt, tempDir, type TempDir } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Docker from 'dockerode';

import type { ConnectedRoom, RoomOwner } from '../containers/room.js';
import { engineHost, run, TestRooms, workspaceImage } from './fixtures/engine.js';
import { logTo, type LogLine } from './fixtures/internet.js';
import { networkName } from './open-network.js';
import { WorkspaceNetworks } from './room-networks.js';

let folder: TempDir;
let docker: Docker;
let rooms: TestRooms;
let networks: WorkspaceNetworks;
const lines: LogLine[] = [];
const refused: [string, number, string][] = [];
const workspaceId = newId('workspace');

const ownerWith = (network: NetworkPolicy): RoomOwner => ({
  workspaceId,
  settings: {
    image: workspaceImage,
    dockerfile: null,
    cpu: 1,
    memory: 1,
    disk: 1,
    pids: 1,
    network,
    allow: ['*.allowed.test'],
    env: {},
  },
  diskId: '',
  project: '',
  state: '',
  account: { uid: 1000, gid: 1000 },
  image: { id: workspaceImage, mounts: [], passwd: [], group: [] },
});

async function startRoom(network: NetworkPolicy): Promise<ConnectedRoom> {
  const owner = ownerWith(network);
  const container = await rooms.start(await networks.mode(owner), folder.path);
  const { State } = await container.inspect();
  return { owner, room: 2, container, pid: State.Pid, directory: folder.path, fresh: false };
}

(engineHost ? describe : describe.skip)('the networks of rooms', () => {
  beforeAll(async () => {
    folder = await tempDir('egress');
    await chmod(folder.path, 0o711);
    docker = dockerAt(engineHost ?? '');
    rooms = new TestRooms(docker);
    networks = new WorkspaceNetworks({
      docker,
      homeId: rooms.homeId,
      helperImage: workspaceImage,
      log: logTo(lines),
      onRefused: (...told) => refused.push(told),
    });
  });
  afterAll(async () => {
    await rooms.remove();
    await folder.remove();
  });

  it('isolated: none', async () => {
    const network = await networks.connect(await startRoom('isolated'));
    expect(await networks.mode(ownerWith('isolated'))).toBe('none');
    expect(network.env).toEqual({});
    await network.close();
  });

  it('allowlist: by the proxy, with what was refused counted for the room', async () => {
    const room = await startRoom('allowlist');
    expect(await networks.mode(room.owner)).toBe('none');
    const network = await networks.connect(room);
    const curl = ['curl', '-sS', 'http://other.test/'];
    expect((await run(room.container, curl, network.env)).stdout).toContain('does not allow other.test');
    await network.close();
    expect(refused).toEqual([[workspaceId, 2, 'other.test']]);
    expect(networks.refused(workspaceId, 2)).toBe(1);
    expect(networks.refused(workspaceId, 0)).toBe(0);
    expect(lines).toMatchObject([{ level: 'warn', workspace_id: workspaceId, host: 'other.test' }]);
    expect((await run(room.container, curl, network.env)).code).not.toBe(0);
  });

  it('allowlist: not without the way to the proxy', async () => {
    const room = await startRoom('allowlist');
    await room.container.kill();
    await expect(networks.connect(room)).rejects.toThrow();
  });

  it('open: a network of its own, closed to the host at each start, once', async () => {
    const host = createServer((_, response) => response.end('the host')).listen(0, '0.0.0.0');
    await once(host, 'listening');
    const { port } = host.address() as AddressInfo;
    const room = await startRoom('open');
    const { NetworkSettings } = await room.container.inspect();
    const gateway = NetworkSettings.Networks[networkName(workspaceId)]?.Gateway ?? '';
    const reached = async (): Promise<string> =>
      (await run(room.container, ['curl', '-sS', '--max-time', '3', `http://${gateway}:${port}/`])).stdout;
    expect(await reached()).toBe('the host');
    const started = performance.now();
    const network = await networks.connect(room);
    const first = performance.now() - started;
    expect(network.env).toEqual({});
    await network.close();
    expect(await reached()).toBe('');
    const again = performance.now();
    await networks.connect(room);
    expect(performance.now() - again).toBeLessThan(first / 2);
    await room.container.kill();
    await room.container.start();
    expect(await reached()).toBe('the host');
    const { State } = await room.container.inspect();
    await networks.connect({ ...room, pid: State.Pid });
    expect(await reached()).toBe('');
    host.close();
    await room.container.remove({ force: true });
    await networks.retain([workspaceId]);
    const filters = { label: [`io.aicode.home=${rooms.homeId}`] };
    expect(await docker.listNetworks({ filters })).toHaveLength(1);
    await networks.release(workspaceId);
    expect(await docker.listNetworks({ filters })).toHaveLength(0);
    expect(networks.refused(workspaceId, 2)).toBe(0);
    await networks.retain([]);
  });
});
