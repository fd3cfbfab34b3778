import type { LogEntry } from '@aicode/contracts';

const texts = new WeakMap<LogEntry, string>();

/** An entry as JSON, made once: all readers of a task get the same objects from the tail. */
export function entryJson(entry: LogEntry): string {
  const known = texts.get(entry);
  if (known !== undefined) return known;
  const text = JSON.stringify(entry);
  texts.set(entry, text);
  return text;
}
