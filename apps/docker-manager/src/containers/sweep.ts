import { setTimeout as delay } from 'node:timers/promises';

import type Docker from 'dockerode';
import { z } from 'zod';

import { engineLimits, statusOf, unless, within } from './engine-client.js';

const Top = z.object({ Titles: z.array(z.string()), Processes: z.array(z.array(z.string())).nullable() });

/** So long the first process may try; then the container itself is killed. All must be gone within two seconds. */
const patienceMs = 1000;
const firstPauseMs = 10;
const longestPauseMs = 100;

/**
 * Ends every process in a running container but its first, whatever it did to stay.
 * @returns `swept` when the container runs on, `killed` when it had to be killed (its next use starts it again), `stopped` when
 * it did not run any more
 */
export async function sweep(container: Docker.Container): Promise<'swept' | 'killed' | 'stopped'> {
  const until = performance.now() + patienceMs;
  for (let pause = firstPauseMs; performance.now() < until; pause = Math.min(pause * 2, longestPauseMs)) {
    try {
      await within(engineLimits.question, () => container.kill({ signal: 'SIGUSR1' }));
      if (await isEmpty(container)) return 'swept';
    } catch (error) {
      // 404: removed; 409 and 500: not running.
      if (statusOf(error) === undefined) throw error;
      return 'stopped';
    }
    await delay(pause);
  }
  await killContainer(container);
  return 'killed';
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

/** Whether only the platform's own processes live: the init and its shell, the only ones of the first process' user. */
async function isEmpty(container: Docker.Container): Promise<boolean> {
  const answer: unknown = await within(engineLimits.question, () => container.top({ ps_args: '-eo pid,uid,stat' }));
  const { Titles, Processes } = Top.parse(answer);
  const [uid, state] = [Titles.indexOf('UID'), Titles.indexOf('STAT')];
  const alive = (Processes ?? []).filter((row) => !row[state]?.startsWith('Z'));
  const first = alive[0]?.[uid];
  return alive.length <= 2 && alive.every((row) => row[uid] === first);
}
