import type { LogEntry } from '@aicode/contracts';

import { weigh } from '../model/log-window.js';

const maxEntries = 1000;
const maxWeight = 8 * 1024 ** 2;

/** The newest entries as they came live, without gap: what leads back to the log's end without asking the server. */
export class LiveEnd {
  private entries: LogEntry[] = [];
  private weight = 0;

  /** Begins anew behind a seq. */
  constructor(public seq: number) {}

  add(entry: LogEntry): void {
    if (entry.seq !== this.seq + 1) return;
    this.entries.push(entry);
    this.seq = entry.seq;
    this.weight += weigh(entry);
    let drop = 0;
    while (this.entries.length - drop > maxEntries || (this.weight > maxWeight && this.entries.length - drop > 1)) {
      this.weight -= weigh(this.entries[drop]);
      drop += 1;
    }
    // Dropping one by one would move the whole list for each entry.
    if (drop > 0) this.entries = this.entries.slice(drop + Math.min(100, this.entries.length - drop - 1));
    if (drop > 0) this.weight = this.entries.reduce((sum, held) => sum + weigh(held), 0);
  }

  reset(from: number): void {
    this.entries = this.entries.filter((entry) => entry.seq <= from);
    this.weight = this.entries.reduce((sum, held) => sum + weigh(held), 0);
    this.seq = from;
  }

  /** What it has behind a seq; null if entries are missing between. */
  after(seq: number): readonly LogEntry[] | null {
    if (seq >= this.seq) return [];
    const first = this.entries[0]?.seq;
    if (first === undefined || first > seq + 1) return null;
    return this.entries.slice(seq + 1 - first);
  }

  all(): readonly LogEntry[] {
    return this.entries;
  }
}
