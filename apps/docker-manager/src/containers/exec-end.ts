import { setTimeout as delay } from 'node:timers/promises';

import type { ExecExit } from '@aicode/exec-stream';
import { readCode } from '@aicode/sandbox';
import type Docker from 'dockerode';

import { engineLimits, statusOf, within } from './engine-client.js';
import { inspect } from './room-container.js';

/** A program that left others behind holds the engine's stream open: only a look tells that it has ended. */
const lookEvery = 500;
const firstLook = 10;
/** The engine may need so long to note the end of what died with its container. */
const settleMs = 3000;

const killed = 137;

/** The exit code of an exec, as soon as it has ended; undefined if the engine can't tell (any more). */
export async function exitCode(
  exec: Docker.Exec,
  container: Docker.Container,
  streamEnded: Promise<void>,
): Promise<number | undefined> {
  let endedAt: number | undefined;
  const ended = streamEnded.then(() => (endedAt = performance.now()));
  for (let pause = lookEvery; ;) {
    const wake = new AbortController();
    const timer = delay(pause, undefined, { signal: wake.signal }).catch(() => undefined);
    await (endedAt === undefined ? Promise.race([ended, timer]) : timer);
    wake.abort();
    pause = endedAt === undefined ? lookEvery : pause === lookEvery ? firstLook : Math.min(pause * 2, lookEvery - 1);
    try {
      const { Running, ExitCode } = await within(engineLimits.question, () => exec.inspect());
      if (!Running && ExitCode !== null) return ExitCode;
      const late = endedAt !== undefined && performance.now() - endedAt > settleMs;
      // A program may close its outputs and run on; one whose container does not run is dead.
      if (late && !(await inspect(container))?.State.Running) return killed;
    } catch (error) {
      // 404: the engine was started anew and does not know it. No answer: it is gone, unless the stream still lives.
      if (statusOf(error) !== undefined || endedAt !== undefined) return undefined;
    }
  }
}

export interface Circumstances {
  /** We did it. */
  killedByUs: boolean;
  /** Why we did it, if the user should know. */
  reason: ExecExit['reason'];
  /** The kernel has killed for memory in the room since the program's start. */
  outOfMemory: boolean;
}

/** What became of a program, by its exit code as shells and Docker count (128 + n: signal n). */
export function exitOf(code: number | undefined, { killedByUs, reason, outOfMemory }: Circumstances): ExecExit {
  if (code === undefined) return { code: null, signal: null, reason: 'engine_lost' };
  const exit = readCode(code);
  if (killedByUs) return { code: null, signal: 'SIGKILL', reason };
  return { ...exit, reason: code === killed && outOfMemory ? 'oom' : null };
}
