import { createHash } from 'node:crypto';

import type { Container } from '@aicode/contracts';
import { inside } from '@aicode/sandbox';
import type Docker from 'dockerode';

import { containerName, labels } from './names.js';

/** All that a room's container is made from. Paths are the host's, absolute. */
export interface RoomPlan {
  homeId: string;
  workspaceId: string;
  room: number;
  settings: Pick<Container, 'cpu' | 'memory' | 'pids'>;
  /** By id, so that a rebuilt image makes a new container. */
  imageId: string;
  owner: { uid: number; gid: number };
  /** Changes with the file system that the paths are on: a container sees the one that was there at its start. */
  disk: string;
  project: string;
  state: string;
  /** The room's own directory: sockets. */
  run: string;
  /** Read-only files beside these: the Claude CLI, made-up /etc/passwd. */
  files: { source: string; target: string }[];
  network: { mode: string };
  /** Cores of the engine. */
  cores: number;
  /** Bytes of /tmp and of the home directory each. */
  tmpSize: number;
}

export const sweepSignal = 'SIGURG';
/** The first process calls itself so, with a number. A name has 15 characters at most. */
export const sweptName = 'swept-';

/** Where a room's sockets are seen inside. */
export const socketsInside = '/run/aicli';

/**
 * The first process, as root with the capability KILL alone: on URG (which does nothing until the trap is there) it ends all others
 * at once, without fork or exec, so that a fork bomb can't keep it from it, and shows by its name how often it has done so. `read`
 * blocks on a stdin that stays open; a shell returns from it after a trap.
 */
export const firstProcess = `count=0
trap 'kill -9 -1; count=$((count + 1)); printf ${sweptName}%s "$count" >/proc/$$/comm' URG
trap 'exit 0' TERM
while :; do before=$count; read -r line || [ "$count" != "$before" ] || exit 1; done 2>/dev/null`;

const MiB = 1024 ** 2;
const shmSize = 64 * MiB;
/** Enough for builds; an engine that may not raise its own limits has more than this itself. */
const openFiles = 16_384;

/** The smallest unit of CPU time that Docker takes is 0.01 core. */
const nanoCpus = (cpu: number, cores: number): number => Math.round(Math.min(cpu, cores) * 100) * 1e7;

export function containerSpec(plan: RoomPlan): Docker.ContainerCreateOptions {
  const options = withoutHash(plan);
  const hash = createHash('sha256').update(JSON.stringify(options)).digest('hex').slice(0, 32);
  return { ...options, Labels: { ...options.Labels, [labels.spec]: hash } };
}

function withoutHash(plan: RoomPlan): Docker.ContainerCreateOptions {
  const { settings, owner } = plan;
  return {
    name: containerName(plan.workspaceId, plan.room),
    Labels: {
      [labels.home]: plan.homeId,
      [labels.workspace]: plan.workspaceId,
      [labels.room]: String(plan.room),
      [labels.disk]: plan.disk,
    },
    Image: plan.imageId,
    Hostname: 'sandbox',
    User: '0:0',
    WorkingDir: '/',
    Entrypoint: ['/bin/sh', '-c', firstProcess],
    Cmd: [],
    OpenStdin: true,
    StdinOnce: false,
    Tty: false,
    // An image's own check would run as root, and say nothing of the room.
    Healthcheck: { Test: ['NONE'] },
    StopSignal: 'SIGTERM',
    HostConfig: {
      Init: true,
      CapDrop: ['ALL'],
      CapAdd: ['KILL'],
      SecurityOpt: ['no-new-privileges'],
      Privileged: false,
      ReadonlyRootfs: true,
      Memory: settings.memory,
      // The same number for both: no swap.
      MemorySwap: settings.memory,
      NanoCpus: nanoCpus(settings.cpu, plan.cores),
      PidsLimit: settings.pids,
      Ulimits: [
        { Name: 'nofile', Soft: openFiles, Hard: openFiles },
        { Name: 'core', Soft: 0, Hard: 0 },
      ],
      Tmpfs: {
        '/tmp': `rw,exec,nosuid,nodev,size=${plan.tmpSize},mode=1777`,
        [inside.home]: `rw,exec,nosuid,nodev,size=${plan.tmpSize},mode=0700,uid=${owner.uid},gid=${owner.gid}`,
      },
      ShmSize: shmSize,
      IpcMode: 'private',
      NetworkMode: plan.network.mode,
      LogConfig: { Type: 'none', Config: {} },
      // Where memory of the host runs out, the kernel takes a sandbox and not the platform.
      OomScoreAdj: 500,
      RestartPolicy: { Name: 'no' },
      // Not Binds: those would make a missing directory, owned by root.
      Mounts: [
        bind(plan.project, inside.project, false),
        bind(plan.state, inside.state, false),
        bind(plan.run, socketsInside, true),
        ...plan.files.map(({ source, target }) => bind(source, target, true)),
      ],
    },
  };
}

function bind(Source: string, Target: string, ReadOnly: boolean): Docker.MountSettings {
  return { Type: 'bind', Source, Target, ReadOnly };
}
