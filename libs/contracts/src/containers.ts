import { z } from 'zod';

import { ContainerSettings, EnvironmentName } from './container-settings.js';
import { WorkspaceId } from './ids.js';
import { Empty, Time } from './primitives.js';
import { defineEvent, defineRpc } from './rpc.js';

/** The Docker engine of a node, as docker-manager finds it. */
export const EngineState = z.object({
  state: z.enum(['up', 'missing', 'unreachable']),
  version: z.string().nullable(),
  api_version: z.string().nullable(),
  storage_driver: z.string().nullable(),
  cgroup_version: z.string().nullable(),
  /** Why it is not up and what to do. */
  reason: z.string().nullable(),
  /** Why the image of docker.image cannot be used and what to do; null if it can, or if nobody knows. */
  image_problem: z.string().nullable(),
});
export type EngineState = z.infer<typeof EngineState>;

/** How a workspace's disk limit is kept: by a file system of its own, or by measuring and stopping. */
export const DiskMechanism = z.enum(['loop', 'measured']);
export type DiskMechanism = z.infer<typeof DiskMechanism>;

export const ContainerState = z.enum(['created', 'running', 'paused', 'stopped', 'gone']);
export type ContainerState = z.infer<typeof ContainerState>;

/** A workspace, as far as its containers are concerned. */
export const ContainerOwner = z.object({
  workspace_id: WorkspaceId,
  project_path: z.string(),
  container: ContainerSettings,
});
export type ContainerOwner = z.infer<typeof ContainerOwner>;

const terminalSize = z.object({ columns: z.int().min(1).max(1000), rows: z.int().min(1).max(1000) });

/** One program to run in a free room of a workspace. */
export const OpenExec = ContainerOwner.extend({
  /** Of a task: its attempt's id, so that whoever takes the attempt over can end it. */
  owner: z.string().min(1).max(64),
  command: z.string().min(1).max(4096),
  args: z.array(z.string()),
  /** /workspace or below. */
  cwd: z.string(),
  env: z.record(EnvironmentName, z.string()),
  /** Names of environment variables that get the path of a unix socket; its connections are carried over the exec stream. */
  sockets: z.array(EnvironmentName).max(4),
  /** A terminal of this size instead of three pipes. */
  tty: terminalSize.nullable(),
});
export type OpenExec = z.infer<typeof OpenExec>;

/** Good for one connection, for a few seconds (libs/exec-stream). */
export const ExecTicket = z.object({ url: z.string(), token: z.string() });
export type ExecTicket = z.infer<typeof ExecTicket>;

const figure = z.number().nonnegative();

/** One container of a workspace, and what it uses at this moment. */
export const ContainerStats = z
  .object({
    room: z.int(),
    state: ContainerState,
    /** A task or a person's program runs in it. */
    busy: z.boolean(),
    /** Per cent of one core; null until there are two samples, or if it does not run. */
    cpu_percent: figure.nullable(),
    memory: figure.nullable(),
    memory_limit: figure,
    pids: figure.nullable(),
    pids_limit: figure,
    /** Bytes since its start; null without a network. */
    net_rx: figure.nullable(),
    net_tx: figure.nullable(),
    /** Connections that the network policy refused since its start. */
    egress_refused: figure,
    /** The last thing that went wrong with it, in words. */
    reason: z.string().nullable(),
  })
  .meta({ id: 'ContainerStats' });
export type ContainerStats = z.infer<typeof ContainerStats>;

export const WorkspaceStats = z
  .object({
    time: Time,
    executor: z.enum(['docker', 'process']),
    containers: z.array(ContainerStats),
    disk: z.object({
      mechanism: DiskMechanism,
      used: figure.nullable(),
      limit: figure,
    }),
  })
  .meta({ id: 'WorkspaceStats' });
export type WorkspaceStats = z.infer<typeof WorkspaceStats>;

const containerCount = z.int().nonnegative();
export const ContainerCounts = z.object({
  running: containerCount,
  paused: containerCount,
  stopped: containerCount,
});
export type ContainerCounts = z.infer<typeof ContainerCounts>;

const workspace = z.object({ workspace_id: WorkspaceId });

export const containersRpc = defineRpc('docker-manager', 'containers', {
  engine: { input: Empty, output: EngineState, idempotent: true, timeoutMs: 4000 },
  /** The room is taken, and the program started, when the ticket is used. */
  open: { input: OpenExec, output: ExecTicket },
  /** Ends the programs of a workspace's attempts, but for those named, and waits until they are gone. */
  endAttempts: {
    input: workspace.extend({ keep: z.array(z.string()) }),
    output: z.object({ ended: z.int() }),
    idempotent: true,
    timeoutMs: 20_000,
  },
  /** Room 0 runs, ready for the next task. */
  start: { input: ContainerOwner, output: WorkspaceStats, idempotent: true, timeoutMs: 120_000 },
  /** Stops all rooms, and what runs in them. */
  stop: { input: ContainerOwner, output: WorkspaceStats, idempotent: true, timeoutMs: 60_000 },
  stats: { input: ContainerOwner, output: WorkspaceStats, idempotent: true },
  /** How many containers these workspaces have, by state; null: all workspaces, for administrators. */
  counts: {
    input: z.object({ workspace_ids: z.array(WorkspaceId).nullable() }),
    output: ContainerCounts,
    idempotent: true,
    timeoutMs: 2000,
  },
  /** A workspace goes: its containers are removed and its disk is unmounted. */
  release: { input: workspace, output: Empty, idempotent: true, timeoutMs: 20_000 },
  /** Which workspaces there are on this node; containers of all others are nobody's and go. */
  retain: { input: z.object({ workspace_ids: z.array(WorkspaceId) }), output: Empty, idempotent: true },
});

export const disksRpc = defineRpc('docker-manager', 'disks', {
  /** Before a workspace's files are made: its disk of this size (bytes) is there, and mounted if the mechanism mounts. */
  prepare: {
    input: workspace.extend({ bytes: z.int().positive() }),
    output: z.object({ mechanism: DiskMechanism }),
    idempotent: true,
    timeoutMs: 60_000,
  },
  mechanism: { input: Empty, output: z.object({ mechanism: DiskMechanism, reason: z.string() }), idempotent: true },
});

/** Something happened to a container that nobody asked for, or its state changed. */
export const containerChanged = defineEvent(
  'container.changed',
  z.object({
    workspace_id: WorkspaceId,
    room: z.int(),
    state: ContainerState,
    event: z.enum([
      'created',
      'started',
      'paused',
      'unpaused',
      'stopped',
      'removed',
      'died',
      'oom',
      'unhealthy',
      'disk_full',
    ]),
    reason: z.string().nullable(),
  }),
);
