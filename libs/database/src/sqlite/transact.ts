import { setTimeout as delay } from 'node:timers/promises';

import { DomainError } from '@aicode/contracts';
import type { EntityManager } from 'typeorm';

import type { DatabaseLimits } from '../database.js';
import { isBusy, storageBusy } from '../storage-error.js';
import type { WriteQueryRunner } from './write-query-runner.js';

/** One transaction from BEGIN IMMEDIATE to its end, whatever happens. */
export async function transact<T>(
  runner: WriteQueryRunner,
  work: (manager: EntityManager) => Promise<T>,
  limits: DatabaseLimits,
): Promise<T> {
  await beginPatiently(runner, limits.busyMs);
  try {
    const result = await within(limits.holdMs, work(runner.manager));
    await runner.commit();
    return result;
  } catch (error) {
    await runner.rollback();
    throw error;
  }
}

/**
 * Waits for other processes that write. SQLite's own wait blocks one of libuv's four threads, so it is kept short and the
 * rest is waited for here; the jitter keeps two processes from meeting again and again.
 */
async function beginPatiently(runner: WriteQueryRunner, busyMs: number): Promise<void> {
  const deadline = performance.now() + busyMs;
  for (;;) {
    try {
      return await runner.begin();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() >= deadline) throw storageBusy(error);
    }
    await delay(1 + Math.random() * 9);
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new DomainError('storage.busy', `A transaction was rolled back because it took longer than ${ms} ms.`, {
          retry_after_s: 1,
        }),
      );
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // If it was late, its own end is nobody's any more.
    work.catch(() => undefined);
  }
}
