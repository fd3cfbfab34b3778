type Listener = () => void;

export interface Clock {
  /** As of the last tick: the same for all who ask within one. */
  now: () => number;
  /** Told at each tick, until the answer is called. */
  subscribe: (listener: Listener) => () => void;
}

/** One timer for all who show a time, only while somebody does. */
export function createClock(everyMs: number, read: () => number = Date.now): Clock {
  const listeners = new Set<Listener>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let current = read();
  const tick = (): void => {
    current = read();
    for (const listener of listeners) listener();
  };
  return {
    now: () => {
      if (listeners.size === 0) current = read();
      return current;
    },
    subscribe(listener) {
      if (listeners.size === 0) {
        current = read();
        timer = setInterval(tick, everyMs);
      }
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
  };
}
