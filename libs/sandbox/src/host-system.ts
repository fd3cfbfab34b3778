import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { inside } from './exec.js';

/** What of the machine's own system a sandbox sees, read-only: the programs, and the few settings that they need. */
export interface HostSystem {
  /** bwrap arguments that make /usr, /bin, /lib … as they are on the machine. */
  programs: string[];
  /** bwrap arguments for the made-up /etc. */
  settings: string[];
  /** bwrap arguments for the machine's resolver. */
  resolver: string[];
}

const systemPaths = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** World-readable, and no secret of the machine: certificates, the loader's cache, what language run times look up. */
const settingPaths = [
  '/etc/alternatives',
  '/etc/ca-certificates',
  '/etc/ca-certificates.conf',
  '/etc/debian_version',
  '/etc/inputrc',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/localtime',
  '/etc/magic',
  '/etc/mime.types',
  '/etc/os-release',
  '/etc/perl',
  '/etc/pki/ca-trust',
  '/etc/pki/tls',
  '/etc/protocols',
  '/etc/python3',
  '/etc/services',
  '/etc/ssl/certs',
  '/etc/ssl/openssl.cnf',
];

export function readHostSystem(): HostSystem {
  return {
    programs: [...systemPaths.flatMap(asOnHost), ...nodeOutsideUsr(process.execPath)],
    settings: settingPaths.flatMap((path) => ['--ro-bind-try', path, path]),
    resolver: ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf'].flatMap((path) =>
      // resolv.conf is often a symlink into /run, which is not there inside.
      existsSync(path) ? ['--ro-bind', realpathSync(path), path] : [],
    ),
  };
}

function asOnHost(path: string): string[] {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (!entry) return [];
  return entry.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}

/** nvm and the like keep Node in a home directory: its installation alone is shown, under a name that tells nothing of it. */
export function nodeOutsideUsr(execPath: string): string[] {
  const prefix = nodePrefix(execPath);
  return prefix === undefined ? [] : ['--ro-bind', prefix, inside.node];
}

export function nodePrefix(execPath: string): string | undefined {
  const path = realpathSync(execPath);
  if (path.startsWith('/usr/')) return undefined;
  const directory = dirname(path);
  return basename(directory) === 'bin' ? dirname(directory) : directory;
}
