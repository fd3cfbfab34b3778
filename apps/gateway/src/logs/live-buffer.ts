import type { LogEntry } from '@aicode/contracts';

import type { Bell } from './bell.js';
import { entryJson } from './entry-json.js';
import type { LiveTail } from './live-tail.js';

export interface BufferLimits {
  entries: number;
  /** In characters of the entries' JSON. */
  size: number;
}

export const bufferLimits: BufferLimits = { entries: 2000, size: 4 * 1024 ** 2 };

/**
 * What the tail has brought for one reader and the reader has not taken yet. A reader that is too slow gets no more from the
 * tail: when it has taken what it has, it goes on from history, and costs nobody else anything.
 */
export class LiveBuffer {
  private held: LogEntry[] = [];
  private size = 0;
  private stopTail: (() => void) | undefined;
  /** Why nothing more comes. `overrun`: the reader was too slow; `unsure`: the stream may have lost its tail. */
  private broken: 'overrun' | 'unsure' | undefined;

  constructor(
    private readonly tail: LiveTail,
    private readonly taskId: string,
    private readonly bell: Bell,
    private readonly limits: BufferLimits = bufferLimits,
  ) {}

  /** Begins anew after a seq. */
  follow(afterSeq: number): void {
    this.stop();
    this.broken = undefined;
    let current = true;
    const watch = this.tail.follow(this.taskId, afterSeq, {
      entries: (batch) => {
        if (current) this.add(batch);
      },
      unsure: () => {
        if (current) this.breakOff('unsure');
      },
    });
    this.stopTail = (): void => {
      current = false;
      watch.stop();
    };
  }

  take(): { entries: LogEntry[]; broken: 'overrun' | 'unsure' | undefined } {
    const entries = this.held;
    this.held = [];
    this.size = 0;
    return { entries, broken: this.broken };
  }

  stop(): void {
    this.stopFollowing();
    this.held = [];
    this.size = 0;
  }

  private add(batch: LogEntry[]): void {
    for (const entry of batch) this.size += entryJson(entry).length;
    this.held.push(...batch);
    if (this.held.length > this.limits.entries || this.size > this.limits.size) this.breakOff('overrun');
    else this.bell.ring();
  }

  private stopFollowing(): void {
    this.stopTail?.();
    this.stopTail = undefined;
  }

  private breakOff(why: 'overrun' | 'unsure'): void {
    if (why === 'unsure') this.stop();
    else this.stopFollowing();
    this.broken = why;
    this.bell.ring();
  }
}
