import type { LogEntry } from '@aicode/contracts';

import type { LogPort } from './log-port.js';

/**
 * The entries behind `after` up to `until`, as far as there are any: a page holds fewer than it was asked for when its lines are
 * large, so that several may be needed.
 */
export async function readRange(
  port: Pick<LogPort, 'page'>,
  after: number,
  until: number,
  signal: AbortSignal,
): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for (let place = after; place < until;) {
    const { items } = await port.page(place, Math.min(until - place, 1000), signal);
    const last = items.at(-1);
    if (!last) break;
    entries.push(...items);
    place = last.seq;
  }
  return entries;
}
