import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';

import type { RedisFiles } from './redis-files.js';

const serverNames = ['redis-server', 'valkey-server'];
const hasProc = existsSync('/proc/self/cwd');

/**
 * Pid of the live server that works on these files, or null. On Linux by its working folder, which the server sets to its data: that
 * also finds one whose pid file is not written yet or not its own any more. Elsewhere by the pid files.
 */
export function findHolder(files: RedisFiles): number | null {
  return hasProc ? findByWorkingFolder(files.dir) : findByPidFile(files);
}

/** False for a process that ended and only waits to be reaped: it holds no file any more. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return typeof error === 'object' && error !== null && Reflect.get(error, 'code') === 'EPERM';
  }
  return !hasProc || !isZombie(pid);
}

function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return true;
  }
}

function findByWorkingFolder(dir: string): number | null {
  const folder = realpathSync(dir);
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((name) => {
      try {
        return readlinkSync(`/proc/${name}/cwd`) === folder && isServer(readFileSync(`/proc/${name}/cmdline`, 'utf8'));
      } catch {
        return false;
      }
    });
  return found === undefined ? null : Number(found);
}

/** By the first word of the command line: a child that rewrites the append-only file calls itself something else. */
function isServer(commandLine: string): boolean {
  const program = commandLine.split(/[\0 ]/)[0] ?? '';
  return serverNames.includes(basename(program));
}

function findByPidFile(files: RedisFiles): number | null {
  for (const { pidFile } of [files.serve, files.recover]) {
    const pid = existsSync(pidFile) ? Number.parseInt(readFileSync(pidFile, 'utf8'), 10) : Number.NaN;
    if (pid > 1 && isAlive(pid) && isServer(commandOf(pid))) return pid;
  }
  return null;
}

function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', timeout: 5000 });
  } catch {
    return '';
  }
}
