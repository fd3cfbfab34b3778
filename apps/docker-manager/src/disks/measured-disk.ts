import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { runProgram } from './run-program.js';

const longestMeasure = 120_000;
const atOnce = 2;

/**
 * Bytes on disk of what is below these directories: blocks, hard links once, no symbolic link followed, one file system.
 * Done by du, which is quicker than a walk of our own (100,000 files: 0.3 to 0.9 s) and costs this process nothing.
 */
export async function measureFiles(directories: string[], signal?: AbortSignal): Promise<number> {
  const present = directories.filter((directory) => existsSync(directory));
  if (present.length === 0) return 0;
  // 1: something vanished while it looked, which is nothing special in a workspace at work.
  const printed = await runProgram('du', ['-sxck', '--', ...present], {
    timeout: longestMeasure,
    accept: [0, 1],
    signal,
  });
  const total = /(?:^|\n)(\d+)\ttotal\n$/.exec(printed)?.[1];
  if (total === undefined) throw new Error('du printed no total.');
  return Number(total) * 1024;
}

interface Measured {
  bytes?: number;
  /** Of the last one: when it ended, and how long it took (performance.now, ms). */
  at: number;
  took: number;
  running?: Promise<number> | undefined;
}

/** Measures for many who ask: one walk of a workspace at a time, few at once, and the last result for a while. */
export class DiskMeter {
  private readonly known = new Map<string, Measured>();
  private readonly stopped = new AbortController();
  private readonly waiting: (() => void)[] = [];
  private walks = 0;

  /** Looks again after `maxAge` ms at the soonest; a walk that takes long is rarer, so that it takes a fifth of the time at most. */
  constructor(private readonly maxAge: number) {}

  /** Bytes, from a walk that is under way or not too long ago, else from a new one. */
  async measure(workspaceId: string, directories: string[]): Promise<number> {
    const known = this.known.get(workspaceId) ?? { at: -Infinity, took: 0 };
    this.known.set(workspaceId, known);
    if (known.bytes !== undefined && performance.now() - known.at < this.pauseAfter(known.took)) return known.bytes;
    known.running ??= this.walk(known, directories).finally(() => (known.running = undefined));
    return known.running;
  }

  /** The same within `patience` ms; then what was known before, or null. */
  async estimate(workspaceId: string, directories: string[], patience: number): Promise<number | null> {
    const enough = new AbortController();
    const late = delay(patience, null, { signal: enough.signal }).catch(() => null);
    const bytes = await Promise.race([this.measure(workspaceId, directories), late]);
    enough.abort();
    return bytes ?? this.known.get(workspaceId)?.bytes ?? null;
  }

  /** Milliseconds until the next walk makes sense. */
  pause(workspaceId: string): number {
    return this.pauseAfter(this.known.get(workspaceId)?.took ?? 0);
  }

  forget(workspaceId: string): void {
    this.known.delete(workspaceId);
  }

  stop(): void {
    this.stopped.abort();
  }

  private pauseAfter(took: number): number {
    return Math.max(this.maxAge, 4 * took);
  }

  private async walk(known: Measured, directories: string[]): Promise<number> {
    while (this.walks >= atOnce) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.walks += 1;
    const began = performance.now();
    try {
      known.bytes = await measureFiles(directories, this.stopped.signal);
      known.at = performance.now();
      known.took = known.at - began;
      return known.bytes;
    } finally {
      this.walks -= 1;
      this.waiting.shift()?.();
    }
  }
}
