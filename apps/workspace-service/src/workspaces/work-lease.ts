import { randomUUID } from 'node:crypto';

import type { Redis } from 'ioredis';

/** The replica that works on a workspace's files. */
function workKey(workspaceId: string): string {
  return `lock:workspace:${workspaceId}`;
}

// KEYS[1] lease; ARGV[1] holder, ARGV[2] time to live (ms)
const renew = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;
// KEYS[1] lease; ARGV[1] holder
const release = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end return redis.call('DEL', KEYS[1])`;

export interface WorkLease {
  /** Aborts when it is no longer ours for sure: the work must stop. */
  lost: AbortSignal;
  release(): Promise<void>;
}

/** One replica at a time works on a workspace. Null if another one does. The lease is renewed until it is released. */
export async function takeWorkLease(redis: Redis, workspaceId: string, ttlMs: number): Promise<WorkLease | null> {
  const key = workKey(workspaceId);
  const holder = randomUUID();
  let sureUntil = performance.now() + ttlMs;
  if ((await redis.set(key, holder, 'PX', ttlMs, 'NX')) !== 'OK') return null;
  const lost = new AbortController();
  const lose = (): void => lost.abort(new Error('another replica has taken over this workspace'));

  const keep = async (): Promise<void> => {
    const sent = performance.now();
    try {
      if ((await redis.eval(renew, 1, key, holder, ttlMs)) === 1) sureUntil = sent + ttlMs;
      else lose();
    } catch {
      // Redis is away: the lease holds until its time is over.
      if (performance.now() > sureUntil) lose();
    }
  };
  const timer = setInterval(() => void keep(), ttlMs / 3);
  // A renewal may hang as long as Redis does.
  const watch = setInterval(() => {
    if (performance.now() > sureUntil) lose();
  }, ttlMs / 10);
  return {
    lost: lost.signal,
    release: async () => {
      clearInterval(timer);
      clearInterval(watch);
      // Redis forgets it by itself.
      await redis.eval(release, 1, key, holder).catch(() => undefined);
    },
  };
}
