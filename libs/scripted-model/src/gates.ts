/**
 * Named gates that hold answers until a test lets them go. `release` lets go of all that wait; when nothing waits yet,
 * the next one that comes passes, so that the order of the two does not matter.
 */
export interface Gates {
  /** Waits until the gate is released, or until `signal` ends the wait. */
  pass: (name: string, signal: AbortSignal) => Promise<void>;
  release: (name: string) => void;
  /** How many requests wait there now. */
  waiting: (name: string) => number;
  /** Resolves when at least `count` requests wait; rejects after the timeout. */
  waitFor: (name: string, options?: { timeoutMs?: number; count?: number }) => Promise<void>;
}

export function createGates(): Gates {
  const held = new Map<string, Set<() => void>>();
  const credits = new Map<string, number>();
  const watchers = new Set<() => void>();
  const waiting = (name: string): number => held.get(name)?.size ?? 0;

  return {
    waiting,
    async pass(name, signal) {
      const credit = credits.get(name) ?? 0;
      if (credit > 0) {
        credits.set(name, credit - 1);
        return;
      }
      if (signal.aborted) return;
      const here = held.get(name) ?? new Set();
      held.set(name, here);
      await new Promise<void>((resolve) => {
        const go = (): void => {
          here.delete(go);
          signal.removeEventListener('abort', go);
          resolve();
        };
        here.add(go);
        signal.addEventListener('abort', go);
        for (const look of [...watchers]) look();
      });
    },
    release(name) {
      const here = [...(held.get(name) ?? [])];
      if (here.length === 0) credits.set(name, (credits.get(name) ?? 0) + 1);
      for (const go of here) go();
    },
    waitFor(name, { timeoutMs = 10_000, count = 1 } = {}) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          if (waiting(name) < count) return;
          clearTimeout(timer);
          watchers.delete(look);
          resolve();
        };
        const timer = setTimeout(() => {
          watchers.delete(look);
          reject(
            new Error(
              `no request reached the gate "${name}" within ${timeoutMs} ms (${waiting(name)} of ${count} wait)`,
            ),
          );
        }, timeoutMs);
        watchers.add(look);
        look();
      });
    },
  };
}
