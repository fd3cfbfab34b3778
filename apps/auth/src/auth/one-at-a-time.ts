/** Runs work one after the other, in the order of the calls. */
export type OneAtATime = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** Work whose signal has aborted when its turn comes is not begun. */
export function oneAtATime(): OneAtATime {
  let last: Promise<unknown> = Promise.resolve();
  return (work, signal) => {
    const turn = last.then(() => {
      signal.throwIfAborted();
      return work();
    });
    last = turn.catch(() => undefined);
    return turn;
  };
}
