import { describe, expect, it } from '@jest/globals';

import { containerSpec, type RoomPlan } from './container-spec.js';
import { labels } from './names.js';

const GiB = 1024 ** 3;
const plan: RoomPlan = {
  homeId: 'h1',
  workspaceId: 'ws_1',
  room: 2,
  settings: { cpu: 1.5, memory: 2 * GiB, pids: 100 },
  imageId: 'sha256:1',
  owner: { uid: 1000, gid: 1001 },
  disk: '7',
  project: '/home/h/project',
  state: '/home/h/state',
  run: '/home/h/run',
  files: [{ source: '/sdk/claude', target: '/opt/claude/claude' }],
  network: { mode: 'none' },
  cores: 4,
  tmpSize: 4096,
};
const hashOf = (more: Partial<RoomPlan>) => containerSpec({ ...plan, ...more }).Labels?.[labels.spec];

describe('the container of a room', () => {
  const spec = containerSpec(plan);

  it('is named and labelled', () => {
    expect(spec.name).toBe('aicode-ws_1-2');
    expect(spec.Labels).toMatchObject({ [labels.home]: 'h1', [labels.workspace]: 'ws_1', [labels.room]: '2' });
  });

  it('has a first process that may kill and nothing else', () => {
    expect(spec).toMatchObject({ User: '0:0', OpenStdin: true, StdinOnce: false, Healthcheck: { Test: ['NONE'] } });
    expect(spec.HostConfig).toMatchObject({
      Init: true,
      CapDrop: ['ALL'],
      CapAdd: ['KILL'],
      SecurityOpt: ['no-new-privileges'],
      Privileged: false,
      ReadonlyRootfs: true,
      NetworkMode: 'none',
      LogConfig: { Type: 'none' },
      RestartPolicy: { Name: 'no' },
      IpcMode: 'private',
    });
    for (const key of ['Binds', 'Devices', 'PidMode', 'UsernsMode', 'PortBindings', 'VolumesFrom', 'ExtraHosts']) {
      expect(spec.HostConfig).not.toHaveProperty(key);
    }
    expect(spec).not.toHaveProperty('Env');
  });

  it('is limited, without swap', () => {
    expect(spec.HostConfig).toMatchObject({
      Memory: 2 * GiB,
      MemorySwap: 2 * GiB,
      PidsLimit: 100,
      NanoCpus: 1.5e9,
      Tmpfs: {
        '/tmp': 'rw,exec,nosuid,nodev,size=4096,mode=1777',
        '/home/agent': 'rw,exec,nosuid,nodev,size=4096,mode=0700,uid=1000,gid=1001',
      },
    });
  });

  it('sees its workspace, its state, and read-only its sockets and the CLI', () => {
    expect(spec.HostConfig?.Mounts).toEqual([
      { Type: 'bind', Source: '/home/h/project', Target: '/workspace', ReadOnly: false },
      { Type: 'bind', Source: '/home/h/state', Target: '/aicli', ReadOnly: false },
      { Type: 'bind', Source: '/home/h/run', Target: '/run/aicli', ReadOnly: true },
      { Type: 'bind', Source: '/sdk/claude', Target: '/opt/claude/claude', ReadOnly: true },
    ]);
  });

  it.each([
    [0.1, 4, 1e8],
    [8, 2, 2e9],
    [0.333, 2, 33e7],
  ])('of %d cores on an engine of %d gets %d nano CPUs', (cpu, cores, expected) => {
    const { HostConfig } = containerSpec({ ...plan, cores, settings: { ...plan.settings, cpu } });
    expect(HostConfig?.NanoCpus).toBe(expected);
  });

  it.each<[string, Partial<RoomPlan>]>([
    ['another image', { imageId: 'sha256:2' }],
    ['another limit', { settings: { ...plan.settings, pids: 101 } }],
    ['another owner', { owner: { uid: 1, gid: 1 } }],
    ['another file system', { disk: '8' }],
    ['another network', { network: { mode: 'n' } }],
    ['another CLI', { files: [] }],
  ])('is another one with %s', (_, more) => {
    expect(hashOf(more)).not.toBe(hashOf({}));
    expect(hashOf({ ...more })).toBe(hashOf({ ...more }));
  });
});
