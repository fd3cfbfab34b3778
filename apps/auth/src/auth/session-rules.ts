/** How long sessions live; milliseconds, from the config's `auth` group. */
export interface SessionLimits {
  access_ttl: number;
  idle_timeout: number;
  absolute_timeout: number;
}

/** When a session began and was last used; RFC 3339. */
export interface SessionTimes {
  created_at: string;
  last_used_at: string;
}

/** Milliseconds since 1970 at which the session ends by itself if nobody uses it again. */
export function sessionEnd(times: SessionTimes, limits: SessionLimits): number {
  const idle = Date.parse(times.last_used_at) + limits.idle_timeout;
  const absolute = Date.parse(times.created_at) + limits.absolute_timeout;
  return Math.min(idle, absolute);
}

export function sessionExpired(times: SessionTimes, limits: SessionLimits, now: number): boolean {
  return now >= sessionEnd(times, limits);
}

/** Seconds that an access token issued now may live: never past the session's own end, and at least one. */
export function accessTokenSeconds(times: SessionTimes, limits: SessionLimits, now: number): number {
  const left = Math.min(limits.access_ttl, sessionEnd(times, limits) - now);
  return Math.max(1, Math.floor(left / 1000));
}
