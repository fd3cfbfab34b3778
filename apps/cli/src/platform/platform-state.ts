import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { z } from 'zod';

/** run/platform.json: what the platform says of itself while it is ready. */
export const PlatformState = z.object({
  pid: z.int().positive(),
  /** Null if it runs no gateway. */
  url: z.string().nullable(),
  started_at: z.string(),
  version: z.string(),
  demo_model: z.boolean(),
});
export type PlatformState = z.infer<typeof PlatformState>;

/** The platform that runs on this home; null if none does. A file whose process is gone (kill -9) counts as none. */
export function readPlatformState(file: string): PlatformState | null {
  const state = parse(file);
  return state && isOurPlatform(state.pid) ? state : null;
}

function parse(file: string): PlatformState | null {
  try {
    return PlatformState.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/** A number can be another program's by now: its command line must be that of a platform. */
export function isOurPlatform(pid: number): boolean {
  const args = commandLine(pid);
  return args !== null && args.some((arg) => arg === 'serve') && args.some((arg) => /\bmain\.[cm]?[jt]s$/.test(arg));
}

/** False once a process has ended, also before its parent has taken note of it. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    // `pid (name) state …`; the name may hold anything, brackets too.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

/** Null if there is no such process. */
function commandLine(pid: number): string[] | null {
  if (process.platform !== 'linux') return commandLineByPs(pid);
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return null;
  }
}

function commandLineByPs(pid: number): string[] | null {
  const { status, stdout } = spawnSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8', timeout: 5000 });
  return status === 0 ? stdout.trim().split(' ') : null;
}
