/** Milliseconds before try `tries` + 1: doubles from `base` to `max`, a half of it jitter, so that clients do not come back together. */
export function backoff(tries: number, base: number, max: number, random: number = Math.random()): number {
  const full = Math.min(base * 2 ** tries, max);
  return full / 2 + (full / 2) * random;
}

/** Waits; throws the signal's reason if it aborts before. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(asError(signal?.reason));
    };
    if (signal?.aborted) return reject(asError(signal.reason));
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** An abort reason may be anything; what is thrown is an Error. */
export function asError(reason: unknown): Error {
  if (reason instanceof Error) return reason;
  return new DOMException(typeof reason === 'string' ? reason : 'This was aborted.', 'AbortError');
}
