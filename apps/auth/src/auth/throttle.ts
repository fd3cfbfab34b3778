import { DomainError } from '@aicode/contracts';
import type { Redis } from 'ioredis';

import { throttleKeys } from './throttle-keys.js';
import { beginScript, succeedScript } from './throttle-scripts.js';

export interface ThrottleLimits {
  max_failures: number;
  /** Milliseconds from the first failure until the count starts again. */
  failure_window: number;
}

export interface Throttle {
  /** Call before a password is looked at. DomainError `auth.throttled` if the account or the address has failed too often. */
  begin(username: string, address: string): Promise<void>;
  /** The password was right. */
  succeed(username: string, address: string): Promise<void>;
}

export function throttle(redis: Redis, limits: ThrottleLimits): Throttle {
  return {
    async begin(username, address) {
      const keys = throttleKeys(username, address);
      const wait = await redis.eval(
        beginScript,
        2,
        keys.account,
        keys.address,
        limits.max_failures,
        limits.failure_window,
      );
      if (Number(wait) > 0) throw throttled(Math.ceil(Number(wait) / 1000));
    },
    async succeed(username, address) {
      const keys = throttleKeys(username, address);
      await redis.eval(succeedScript, 2, keys.account, keys.address);
    },
  };
}

function throttled(seconds: number): DomainError {
  return new DomainError(
    'auth.throttled',
    `Too many failed sign-ins with this name or from this address. Try again in ${inWords(seconds)}.`,
    { retry_after_s: seconds },
  );
}

/** Seconds as a person would say them. */
export function inWords(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
