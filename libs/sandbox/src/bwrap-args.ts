import type { Account } from './account.js';
import { inside, type ExecSpec } from './exec.js';
import type { HostSystem } from './host-system.js';
import type { Limits } from './limits.js';

/** What the installed bubblewrap can do; the oldest in use (0.6, Ubuntu 22.04) lacks both. */
export interface BwrapFeatures {
  /** No user namespace can be made inside, which closes most of the kernel's privileged surface. */
  disableUserns: boolean;
  /** The size of a tmpfs can be set. */
  size: boolean;
}

/** File descriptors that bubblewrap reads or writes beside stdin, stdout and stderr. */
export const descriptors = { args: 3, status: 4, passwd: 5, group: 6, hosts: 7, nsswitch: 8 } as const;

/**
 * The part that stands on the command line. It holds all that separates: were the rest cut off, the program would find
 * an empty root instead of the host's.
 */
export function commandLine(): string[] {
  return [
    ...['--unshare-all', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL'],
    ...['--args', String(descriptors.args), '--json-status-fd', String(descriptors.status), '--'],
  ];
}

/** The rest goes through a pipe: it names host paths and the environment, which may hold a token. */
export function pipedArgs(spec: ExecSpec, system: HostSystem, limits: Limits, features: BwrapFeatures): string[] {
  const tmpfs = (path: string, bytes: number, mode: string): string[] => [
    ...['--perms', mode],
    ...(features.size ? ['--size', String(bytes)] : []),
    ...['--tmpfs', path],
  ];
  const data = (fd: number, path: string): string[] => ['--perms', '0444', '--ro-bind-data', String(fd), path];
  return [
    ...(spec.network === 'host' ? ['--share-net'] : []),
    ...(features.disableUserns ? ['--unshare-user', '--disable-userns'] : []),
    ...['--hostname', 'sandbox'],
    ...system.programs,
    ...['--proc', '/proc', '--dev', '/dev'],
    ...tmpfs('/dev/shm', limits.shmBytes, '1777'),
    ...['--remount-ro', '/dev'],
    ...tmpfs('/tmp', limits.tmpBytes, '1777'),
    ...['--dir', '/var', '--symlink', '/tmp', '/var/tmp'],
    ...tmpfs(inside.home, limits.homeBytes, '0700'),
    ...system.settings,
    ...data(descriptors.passwd, '/etc/passwd'),
    ...data(descriptors.group, '/etc/group'),
    ...(namesAreOurs(spec)
      ? [...data(descriptors.hosts, '/etc/hosts'), ...data(descriptors.nsswitch, '/etc/nsswitch.conf')]
      : system.resolver),
    ...['--bind', spec.project, inside.project],
    ...(spec.state === undefined ? [] : ['--bind', spec.state, inside.state]),
    ...(spec.readOnly ?? []).flatMap(({ source, target }) => ['--ro-bind', source, target]),
    // The root is a tmpfs of its own, of no limited size.
    ...['--remount-ro', '/'],
    ...Object.entries(environment(spec.env)).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--chdir', spec.cwd],
  ];
}

/** Whether /etc/hosts and nsswitch.conf are made up, or the machine's resolver is shown. */
function namesAreOurs(spec: ExecSpec): boolean {
  return spec.network === 'none' || spec.hosts !== undefined;
}

export function environment(env: Record<string, string>, home: string = inside.home): Record<string, string> {
  return {
    PATH: inside.path,
    HOME: home,
    USER: inside.user,
    LOGNAME: inside.user,
    LANG: 'C.UTF-8',
    ...env,
  };
}

/** The contents behind the descriptors of the made-up files. */
export function madeUpFiles(spec: ExecSpec, { uid, gid }: Account): Map<number, string> {
  const files = new Map<number, string>([
    [
      descriptors.passwd,
      `${inside.user}:x:${uid}:${gid}::${inside.home}:/bin/bash\nnobody:x:65534:65534::/:/usr/sbin/nologin\n`,
    ],
    [descriptors.group, `${inside.user}:x:${gid}:\nnogroup:x:65534:\n`],
  ]);
  if (!namesAreOurs(spec)) return files;
  const names = Object.entries(spec.hosts ?? {}).flatMap(([name, addresses]) =>
    addresses.map((address) => `${address} ${name}\n`),
  );
  return files
    .set(descriptors.hosts, `127.0.0.1 localhost sandbox\n::1 localhost\n${names.join('')}`)
    .set(descriptors.nsswitch, 'passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n');
}
