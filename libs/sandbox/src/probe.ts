import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { platformAccount } from './account.js';
import type { BwrapFeatures } from './bwrap-args.js';
import { installCommand } from './distribution.js';
import { setprivCommand } from './setpriv.js';
import { findTool, isExecutable } from './tools.js';

export interface ToolPaths {
  bwrapPath?: string | undefined;
  setprivPath?: string | undefined;
}

export interface Bubblewrap {
  ok: true;
  version: string;
  path: string;
  features: BwrapFeatures;
  /** Installed setuid root, as on kernels without user namespaces for everybody. */
  setuid: boolean;
}

export interface NoBubblewrap {
  ok: false;
  /** What was found, a sentence. */
  reason: string;
  /** What to do about it: a command or a sentence. */
  remedy: string;
}

interface Output {
  ok: boolean;
  stdout: string;
  stderr: string;
}

const run = (file: string, args: string[]): Promise<Output> =>
  new Promise((resolve) => {
    execFile(file, args, { timeout: 10_000, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } }, (error, stdout, stderr) =>
      resolve({ ok: error === null, stdout, stderr: stderr || (error?.message ?? '') }),
    );
  });

/** Whether bubblewrap works here, found out by running a program in a sandbox once, as an ordinary user. */
export async function probeBubblewrap(tools: ToolPaths = {}): Promise<Bubblewrap | NoBubblewrap> {
  if (process.platform !== 'linux') {
    return {
      ok: false,
      reason: 'bubblewrap exists for Linux only.',
      remedy: 'Use the Docker executor on this machine.',
    };
  }
  const path = tools.bwrapPath ?? (await findTool('bwrap'));
  if (path === undefined || !(await isExecutable(path))) {
    return { ok: false, reason: 'bubblewrap (bwrap) is not installed.', remedy: installCommand('bubblewrap') };
  }
  const setpriv = tools.setprivPath ?? (await findTool('setpriv'));
  if (setpriv === undefined || !(await isExecutable(setpriv))) {
    return { ok: false, reason: 'setpriv (util-linux) is not installed.', remedy: installCommand('util-linux') };
  }
  const setuid = ((await stat(path)).mode & 0o4000) !== 0;
  const help = await run(path, ['--help']);
  const features = { disableUserns: help.stdout.includes('--disable-userns'), size: help.stdout.includes('--size ') };
  const result = await run(...tryOut(path, setpriv, setuid, features));
  if (!result.ok) return failure(result.stderr.trim());
  const version = (await run(path, ['--version'])).stdout.trim().replace(/^bubblewrap\s+/, '');
  return { ok: true, version, path, features, setuid };
}

function tryOut(path: string, setpriv: string, setuid: boolean, features: BwrapFeatures): [string, string[]] {
  const { uid } = platformAccount();
  const nobody = { uid: 65534, gid: 65534, become: uid === 0 };
  const [file = setpriv, ...prefix] = setprivCommand(setpriv, nobody, !setuid);
  return [
    file,
    [
      ...prefix,
      ...[path, '--unshare-all', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL'],
      ...(features.disableUserns ? ['--unshare-user', '--disable-userns'] : []),
      ...['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--', '/bin/true'],
    ],
  ];
}

/** What stops bubblewrap on real machines, and what mends it there. */
export function failure(stderr: string): NoBubblewrap {
  const first = stderr.split('\n').find((line) => line.includes('bwrap:')) ?? stderr.split('\n')[0] ?? '';
  const reason = `bubblewrap is installed but cannot make a sandbox here: ${first.slice(0, 300)}`;
  if (/uid map|RTM_NEWADDR/i.test(stderr)) {
    return {
      ok: false,
      reason,
      remedy:
        'This system forbids user namespaces to programs without an AppArmor profile (Ubuntu 23.10 and later). ' +
        'Allow them: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 (or give bwrap a profile with "userns,").',
    };
  }
  if (/No space left|max_user_namespaces/i.test(stderr)) {
    return {
      ok: false,
      reason,
      remedy: 'User namespaces are used up or off: sudo sysctl -w user.max_user_namespaces=15000',
    };
  }
  if (/namespace|not permitted|mount|pivot/i.test(stderr)) {
    return {
      ok: false,
      reason,
      remedy:
        'User namespaces are off for ordinary users: sudo sysctl -w kernel.unprivileged_userns_clone=1. ' +
        'In a container, start it with --security-opt seccomp=unconfined --security-opt systempaths=unconfined, or use the Docker executor.',
    };
  }
  return {
    ok: false,
    reason,
    remedy: 'Run "bwrap --unshare-all --ro-bind / / true" as an ordinary user to see the cause.',
  };
}
