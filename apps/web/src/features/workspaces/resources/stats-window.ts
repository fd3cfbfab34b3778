import type { WorkspaceStats } from '@aicode/contracts';

/** One moment of a workspace, all of its containers together. `null`: nobody knows. */
export interface Sample {
  /** Seconds since 1970. */
  time: number;
  /** Per cent of one core. */
  cpu: number | null;
  /** Bytes. */
  memory: number | null;
  disk: number | null;
  pids: number | null;
  /** Bytes a second. */
  received: number | null;
  sent: number | null;
  /** Bytes so far by room, to find the rates of the next sample. */
  counters: ReadonlyMap<number, { rx: number; tx: number }>;
}
export type SeriesName = 'cpu' | 'memory' | 'disk' | 'pids' | 'received' | 'sent';

/** How much of the past the charts show, and after which silence a line breaks (seconds). */
export const windowSeconds = 120;
const gapSeconds = 5;

export function sampleOf(stats: WorkspaceStats, before: Sample | undefined): Sample {
  const time = Date.parse(stats.time) / 1000;
  const running = stats.containers.filter((one) => one.state === 'running' || one.state === 'paused');
  const sum = (pick: (one: (typeof running)[number]) => number | null): number | null => {
    const known = running.map(pick).filter((value) => value !== null);
    return known.length > 0 ? known.reduce((total, value) => total + value, 0) : null;
  };
  const counters = new Map<number, { rx: number; tx: number }>();
  for (const one of running) {
    if (one.net_rx !== null && one.net_tx !== null) counters.set(one.room, { rx: one.net_rx, tx: one.net_tx });
  }
  return {
    time,
    cpu: sum((one) => one.cpu_percent),
    memory: sum((one) => one.memory),
    disk: stats.disk.used,
    pids: sum((one) => one.pids),
    received: rate(counters, before, time, 'rx'),
    sent: rate(counters, before, time, 'tx'),
    counters,
  };
}

/** Bytes a second since the sample before. A counter that went back belongs to a container that began anew. */
function rate(now: Sample['counters'], before: Sample | undefined, time: number, way: 'rx' | 'tx'): number | null {
  if (!before || now.size === 0 || time <= before.time || time - before.time > gapSeconds) return null;
  let bytes = 0;
  for (const [room, counter] of now) {
    const last = before.counters.get(room)?.[way];
    if (last !== undefined) bytes += counter[way] >= last ? counter[way] - last : counter[way];
  }
  return bytes / (time - before.time);
}

/** The window with one more sample; an answer that came twice or late is left out. */
export function withSample(window: readonly Sample[], stats: WorkspaceStats): readonly Sample[] {
  const last = window.at(-1);
  const sample = sampleOf(stats, last);
  if (last && sample.time <= last.time) return window;
  const kept = window.filter((one) => one.time > sample.time - windowSeconds);
  return [...kept, sample];
}

/** The columns of a chart; a silence becomes a hole in the line, never a straight stroke over it. */
export function columnsOf(window: readonly Sample[], names: readonly SeriesName[]): [number[], ...(number | null)[][]] {
  const times: number[] = [];
  const values: (number | null)[][] = names.map(() => []);
  let last: number | undefined;
  for (const sample of window) {
    if (last !== undefined && sample.time - last > gapSeconds) {
      times.push((last + sample.time) / 2);
      for (const column of values) column.push(null);
    }
    times.push(sample.time);
    names.forEach((name, index) => values[index]?.push(sample[name]));
    last = sample.time;
  }
  return [times, ...values];
}

/** How much of the past is shown: little at first, so that a line is soon seen, then the whole window. */
export function shownSeconds(window: readonly Sample[]): number {
  const [first, last] = [window[0], window.at(-1)];
  const span = first && last ? last.time - first.time : 0;
  return Math.min(windowSeconds, Math.max(30, span));
}

/** Top of a chart's scale: the limit if the use comes near to it, else room above the highest value. */
export function scaleTop(window: readonly Sample[], names: readonly SeriesName[], limit: number | null): number {
  const highest = Math.max(0, ...window.flatMap((sample) => names.map((name) => sample[name] ?? 0)));
  if (limit !== null && limit > 0 && highest > limit * 0.4) return Math.max(limit, highest) * 1.05;
  return highest > 0 ? highest * 1.6 : 1;
}
