import { setTimeout as delay } from 'node:timers/promises';

import type Docker from 'dockerode';
import { z } from 'zod';

import { sweepSignal } from './container-spec.js';
import { engineLimits, statusOf, unless, within } from './engine-client.js';

const Top = z.object({ Titles: z.array(z.string()), Processes: z.array(z.array(z.string())).nullable() });

/** So long the first process may try; then the container itself is killed. All must be gone within two seconds. */
const patienceMs = 1200;
/** The signal may come too early for a container that was started just now. */
const signalAgainMs = 300;
const firstPauseMs = 5;
const longestPauseMs = 50;

/**
 * Ends every process in a running container but its first, whatever it did to stay.
 * @returns `swept` when the container runs on, `killed` when it had to be killed (its next use starts it again), `stopped` when
 * it did not run any more
 */
export async function sweep(container: Docker.Container): Promise<'swept' | 'killed' | 'stopped'> {
  try {
    if (await sweepInside(container)) return 'swept';
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    // The engine refuses for one that does not run, but also where it could not look: that is no proof.
    if (!(await runs(container))) return 'stopped';
  }
  await killContainer(container);
  return 'killed';
}

async function sweepInside(container: Docker.Container): Promise<boolean> {
  const { State } = await within(engineLimits.question, (abortSignal) => container.inspect({ abortSignal }));
  const { swept: before } = await look(container, State.Pid);
  const until = performance.now() + patienceMs;
  let signalledAt = -Infinity;
  for (let pause = firstPauseMs; performance.now() < until; pause = Math.min(pause * 2, longestPauseMs)) {
    if (performance.now() - signalledAt > signalAgainMs) {
      await within(engineLimits.question, () => container.kill({ signal: sweepSignal }));
      signalledAt = performance.now();
    }
    const { swept, others } = await look(container, State.Pid);
    if (swept > before && others === 0) return true;
    await delay(pause);
  }
  return false;
}

async function runs(container: Docker.Container): Promise<boolean> {
  try {
    return (await within(engineLimits.question, (abortSignal) => container.inspect({ abortSignal }))).State.Running;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

/** Resolves when nothing runs in it any more. */
export async function killContainer(container: Docker.Container): Promise<void> {
  await unless(
    [404, 409],
    within(engineLimits.stop, () => container.kill()),
  );
  await unless(
    [404],
    within(engineLimits.stop, () => container.wait()),
  );
}

/**
 * How often the first process has ended all others, and how many there are now. That none are seen is no proof: the engine looks
 * twice, and what forks quickly enough is seen by neither look. That all were ended is one, since the kernel does it at once.
 */
async function look(container: Docker.Container, firstPid: number): Promise<{ swept: number; others: number }> {
  const answer: unknown = await within(engineLimits.question, () =>
    container.top({ ps_args: '-eo pid,uid,stat,comm' }),
  );
  const { Titles, Processes } = Top.parse(answer);
  const column = (row: string[], title: string): string => row[Titles.indexOf(title)] ?? '';
  const alive = (Processes ?? []).filter((row) => !column(row, 'STAT').startsWith('Z'));
  // Its init and its shell are the only ones of their user.
  const first = alive.find((row) => column(row, 'PID') === String(firstPid));
  const own = alive.filter((row) => first && column(row, 'UID') === column(first, 'UID'));
  const counts = own.map((row) => Number(/^swept-(\d+)/.exec(column(row, 'COMMAND'))?.[1] ?? 0));
  return { swept: Math.max(0, ...counts), others: alive.length - own.length };
}
