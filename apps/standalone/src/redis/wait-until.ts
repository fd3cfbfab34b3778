import { setTimeout as delay } from 'node:timers/promises';

/** Asks again every 20 ms until the answer is true; false when the time (ms) is over. For what no event tells. */
export async function waitUntil(
  question: () => boolean | Promise<boolean>,
  limit: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const end = performance.now() + limit;
  while (!(await question())) {
    if (performance.now() > end) return false;
    await delay(20, undefined, { signal });
  }
  return true;
}
