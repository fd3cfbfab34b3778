import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { parseMountinfo, type Mount } from '../disks/mount-table.js';

/** A container as the engine describes it: its id, and the host's pid of its first process (0 when it does not run). */
export interface RunningContainer {
  id: string;
  pid: number;
}

/** Where the kernel keeps a container's figures. */
export interface Cgroup {
  version: 1 | 2;
  /** Directories; in version 2 all the same. */
  cpu: string;
  memory: string;
  pids: string;
}

export interface CgroupFigures {
  /** CPU time used since its start. */
  cpuNs: number;
  /** Bytes that it cannot do without: caches that the kernel would drop at once are left out, as `docker stats` does. */
  memory: number;
  pids: number | null;
}

/**
 * A container's cgroup, of either version and with either of Docker's drivers. Undefined where it cannot be seen: it does
 * not run, or the engine is another machine's and the pid somebody else's here.
 */
export async function findCgroup({ id, pid }: RunningContainer, proc = '/proc'): Promise<Cgroup | undefined> {
  if (pid <= 0) return undefined;
  const [memberships, mountinfo] = await Promise.all([
    readFile(join(proc, String(pid), 'cgroup'), 'utf8').catch(() => ''),
    readFile(join(proc, 'self', 'mountinfo'), 'utf8').catch(() => ''),
  ]);
  const paths = parseMemberships(memberships);
  const mounts = parseMountinfo(mountinfo);
  // A mixture of both versions has the controllers in the first.
  const version = paths.has('memory') ? 1 : 2;
  const directory = (controller: string): string | undefined => {
    const path = paths.get(version === 1 ? controller : '');
    // /docker/<id>, or /system.slice/docker-<id>.scope
    if (path === undefined || !path.includes(id)) return undefined;
    return visible(path, mounts.filter(isHierarchy(version, controller)));
  };
  const [cpu, memory, pids] = [directory('cpuacct'), directory('memory'), directory('pids')];
  return cpu === undefined || memory === undefined || pids === undefined ? undefined : { version, cpu, memory, pids };
}

/** cgroups(7): `hierarchy:controllers:path` a line; version 2 is the line without controllers. */
function parseMemberships(text: string): Map<string, string> {
  const paths = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [hierarchy, controllers, ...path] = line.split(':');
    if (controllers === undefined || (hierarchy !== '0' && controllers === '')) continue;
    for (const controller of controllers.split(',')) paths.set(controller, path.join(':'));
  }
  return paths;
}

function isHierarchy(version: 1 | 2, controller: string): (mount: Mount) => boolean {
  if (version === 2) return ({ type }) => type === 'cgroup2';
  return ({ type, options }) => type === 'cgroup' && options.includes(controller);
}

/** In a container of our own we may see only a part of the hierarchy. */
function visible(path: string, mounts: Mount[]): string | undefined {
  for (const mount of mounts) {
    const below = relative(mount.root, path);
    if (!below.startsWith('..')) return join(mount.path, below);
  }
  return undefined;
}

/** @throws if it is gone */
export async function readCgroup({ version, cpu, memory, pids }: Cgroup): Promise<CgroupFigures> {
  const first = version === 1;
  const [used, inactive, usage, count] = await Promise.all([
    first ? number(join(cpu, 'cpuacct.usage')) : entry(join(cpu, 'cpu.stat'), 'usage_usec'),
    entry(join(memory, 'memory.stat'), first ? 'total_inactive_file' : 'inactive_file'),
    number(join(memory, first ? 'memory.usage_in_bytes' : 'memory.current')),
    number(join(pids, 'pids.current')).catch(() => null),
  ]);
  return { cpuNs: first ? used : used * 1000, memory: Math.max(0, usage - inactive), pids: count };
}

/** How many processes of it the kernel has killed for want of memory. @throws if it is gone */
export function readOomKills({ version, memory }: Cgroup): Promise<number> {
  return entry(join(memory, version === 1 ? 'memory.oom_control' : 'memory.events'), 'oom_kill');
}

async function number(file: string): Promise<number> {
  return finite(file, await readFile(file, 'utf8'));
}

/** Of a file with `name value` a line. */
async function entry(file: string, name: string): Promise<number> {
  const text = await readFile(file, 'utf8');
  return finite(
    file,
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length) ?? '',
  );
}

function finite(file: string, text: string): number {
  const value = Number.parseInt(text, 10);
  if (Number.isFinite(value)) return value;
  throw new Error(`${file} does not hold the number that it should.`);
}
