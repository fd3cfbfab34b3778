import { setTimeout as delay } from 'node:timers/promises';

/** Looks again and again until there is something, and gives it. For what no event tells; an event is better. */
export async function until<T>(look: () => T | Promise<T>, timeoutMs = 30_000): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() > deadline) throw new Error(`It did not come true within ${timeoutMs} ms: ${String(look)}`);
    await delay(20);
  }
}
