import type { LogEntry } from '@aicode/contracts';

const keepEntries = 500;
const keepBytes = 1024 ** 2;

/** The entries that follow what SQL has, without a hole, up to and with the first that ends an attempt. */
export function contiguousUpToEnd(entries: LogEntry[], persistedSeq: number): LogEntry[] {
  const taken: LogEntry[] = [];
  for (const entry of entries) {
    if (entry.seq !== persistedSeq + taken.length + 1) {
      throw new Error(`the log has a hole: ${entry.seq} comes after ${persistedSeq + taken.length}`);
    }
    taken.push(entry);
    if (entry.source === 'end') break;
  }
  return taken;
}

/** First seq to keep: live readers are a little behind, so a few entries stay for them, bounded by count and size. */
export function keepFrom(entries: LogEntry[], persistedSeq: number): number {
  if (entries.length === 0) return 0;
  let from = persistedSeq + 1;
  let bytes = 0;
  for (const entry of entries.slice(-keepEntries).reverse()) {
    bytes += JSON.stringify(entry.data ?? null).length + entry.message.length;
    if (bytes > keepBytes) break;
    from = entry.seq;
  }
  return from;
}
