import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A path, not an import: libs know no apps. */
const program = fileURLToPath(new URL('../../../apps/standalone/dist/main.js', import.meta.url));

const startLimit = 60_000;
const keptOutput = 2 * 1024 * 1024;

export interface PlatformExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface PlatformProcess {
  pid: number;
  /** `http://127.0.0.1:<port>`; empty if the platform runs without a gateway. */
  url: string;
  /** Sends a signal; resolves when the process has ended by it (SIGSTOP and SIGCONT: at once). */
  kill(signal: NodeJS.Signals): Promise<void>;
  exited: Promise<PlatformExit>;
  hasExited(): boolean;
}

export interface PlatformStart {
  home: string;
  args: string[];
  env: Record<string, string>;
  /** Takes what it prints, both streams. */
  onOutput: (text: string) => void;
}

/** Starts `standalone serve` from its build, and waits for its run/platform.json. */
export async function startPlatform(start: PlatformStart): Promise<PlatformProcess> {
  if (!existsSync(program)) throw new Error(`${program} is missing: build first (npm run build).`);
  const child = spawn(process.execPath, [program, 'serve', ...start.args], {
    env: { ...start.env, AICLI_HOME: start.home },
    cwd: start.home,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', start.onOutput);
  }
  const exited = exitOf(child);
  const pid = child.pid;
  if (pid === undefined) throw new Error('The platform could not be started.');
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null;
  try {
    const url = await Promise.race([untilReady(start.home, pid, hasExited), exited.then(endedEarly)]);
    return { pid, url, exited, hasExited, kill: (signal) => kill(child, signal, exited) };
  } catch (error) {
    if (!hasExited()) await kill(child, 'SIGKILL', exited);
    throw error;
  }
}

/** Keeps the end of what was printed, for the message of a failed test. */
export function keepOutput(): { add: (text: string) => void; text: () => string } {
  let kept = '';
  return {
    add: (text) => {
      kept = (kept + text).slice(-keptOutput);
    },
    text: () => kept,
  };
}

async function exitOf(child: ChildProcess): Promise<PlatformExit> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return { code, signal };
}

function endedEarly({ code, signal }: PlatformExit): never {
  throw new Error(`The platform ended before it was ready (exit ${code ?? signal}).`);
}

async function kill(child: ChildProcess, signal: NodeJS.Signals, exited: Promise<PlatformExit>): Promise<void> {
  child.kill(signal);
  if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await exited;
}

/** The file of an earlier process (killed with -9) may still be there: the pid tells. */
async function untilReady(home: string, pid: number, hasExited: () => boolean): Promise<string> {
  const file = join(home, 'run', 'platform.json');
  const end = performance.now() + startLimit;
  while (!hasExited()) {
    const state = existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as { pid: number; url: string | null })
      : null;
    if (state?.pid === pid) return state.url ?? '';
    if (performance.now() > end) throw new Error(`The platform was not ready within ${startLimit} ms.`);
    await delay(25);
  }
  // The exit's own promise carries the reason.
  return new Promise<never>(() => undefined);
}
