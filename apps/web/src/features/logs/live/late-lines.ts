/** Lines may come behind the end: the log is looked at again until so long after it (milliseconds). */
export const lateFor = 30_000;
const every = 5_000;

/** When to look again, in milliseconds from now. */
export function lateLooks(endedAt: number, now: number): number[] {
  // The clocks of server and browser differ: never longer than what is meant.
  const rest = Math.min(lateFor, endedAt + lateFor - now);
  return Array.from({ length: Math.max(0, Math.ceil(rest / every)) }, (_, index) => (index + 1) * every);
}
