/** SIGTERM, SIGINT, or the terminal going away. */
const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

export interface StopSignals {
  /** Aborts on the first signal: stop in order. */
  polite: AbortSignal;
  /** Aborts on the second: stop at once. */
  urgent: AbortSignal;
  release(): void;
}

export function listenForStop(source: NodeJS.EventEmitter = process): StopSignals {
  const polite = new AbortController();
  const urgent = new AbortController();
  const onSignal = (): void => (polite.signal.aborted ? urgent : polite).abort();
  for (const signal of signals) source.on(signal, onSignal);
  return {
    polite: polite.signal,
    urgent: urgent.signal,
    release() {
      for (const signal of signals) source.off(signal, onSignal);
    },
  };
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
