import { setTimeout as pause } from 'node:timers/promises';

import { isOurPlatform, isRunning } from './platform-state.js';

const pollMs = 50;

/** Asks the process to stop and waits until it is gone. False if it still runs after the time. */
export async function stopProcess(pid: number, signal: 'SIGTERM' | 'SIGKILL', timeoutMs: number): Promise<boolean> {
  if (!isOurPlatform(pid)) return true;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (isGone(error)) return true;
    throw error;
  }
  const deadline = performance.now() + timeoutMs;
  // Its lock on the home goes with its last breath: the next start would find it otherwise.
  while (isRunning(pid)) {
    if (performance.now() > deadline) return false;
    await pause(pollMs);
  }
  return true;
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ESRCH';
}
