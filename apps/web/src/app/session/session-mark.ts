/** So long before its end (milliseconds) an access cookie is renewed: clocks differ, and requests take time. */
const marginMs = 15_000;

/** Until when the access cookie is good, in milliseconds since 1970; told to other tabs. */
export function markOf(expiresAt: number): string {
  return String(Math.floor(expiresAt));
}

export function stillGood(mark: string, now: number): boolean {
  const until = Number(mark);
  return Number.isFinite(until) && until - marginMs > now;
}
