import { setTimeout as delay } from 'node:timers/promises';

import type { DependencyHealth } from '@aicode/contracts';
import type { RunningService } from '@aicode/service-kit';

/** Asks every service until nothing is down, or `limit` ms are over; what is then still down. */
export async function waitUntilReady(
  services: Pick<RunningService, 'context'>[],
  limit: number,
  signal: AbortSignal,
): Promise<DependencyHealth[]> {
  const end = performance.now() + limit;
  for (;;) {
    signal.throwIfAborted();
    const found = await Promise.all(services.map((service) => service.context.health.run()));
    const down = found.flat().filter((dependency) => dependency.state === 'down');
    if (down.length === 0 || performance.now() > end) return down;
    await delay(200, undefined, { signal });
  }
}
