import { setTimeout as delay } from 'node:timers/promises';

import type { ServerConfig } from '@aicode/contracts';

import type { PlatformLog } from './platform-log.js';

/** For the runner's last words about its tasks (service-kit gives its step 10 s for them), and for all other services. */
const afterGracesMs = 15_000;

/** How long the whole stop may take, in ms: running tasks have their grace, then their CLIs theirs, then the rest ends. */
export function stopLimitMs({ stop_grace, kill_grace }: ServerConfig['runner']): number {
  return stop_grace + kill_grace + afterGracesMs;
}

interface Step {
  name: string;
  stop: () => Promise<void>;
}

/** What has been started, to be stopped in the opposite order. */
export interface Shutdown {
  add(name: string, stop: () => Promise<void>): void;
  /** Stops the rest, last started first; one that fails is logged and does not keep the others up. */
  run(): Promise<void>;
  /** The step at work, for a message when it takes too long. */
  readonly current: string | null;
}

export function createShutdown(log: PlatformLog): Shutdown {
  const steps: Step[] = [];
  let current: string | null = null;
  return {
    add: (name, stop) => void steps.push({ name, stop }),
    async run() {
      for (let step = steps.pop(); step; step = steps.pop()) {
        current = step.name;
        try {
          await step.stop();
        } catch (error) {
          log.error({ error: String(error) }, `${step.name} did not stop cleanly`);
        }
      }
      current = null;
    },
    get current() {
      return current;
    },
  };
}

/** True if the work ended within `limit` ms and before the signal. */
export async function within(work: Promise<void>, limit: number, signal?: AbortSignal): Promise<boolean> {
  const done = new AbortController();
  const abandoned = signal ? AbortSignal.any([done.signal, signal]) : done.signal;
  const late = delay(limit, false, { signal: abandoned }).catch(() => false);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    done.abort();
  }
}
