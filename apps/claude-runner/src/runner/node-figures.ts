import { statfs } from 'node:fs/promises';
import { cpus, freemem, loadavg, totalmem, type CpuInfo } from 'node:os';

import type { NodeFigures } from '@aicode/contracts';

const sampleMs = 2000;

/** What the machine of this node has and uses. Looks at the processors every two seconds, until it is stopped. */
export class NodeWatch {
  private before = cpuTimes(cpus());
  private percent: number | null = null;
  private timer: NodeJS.Timeout | undefined;

  /** @param home whose file system is asked for its free space */
  constructor(private readonly home: string) {}

  start(): void {
    this.timer = setInterval(() => this.sample(), sampleMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  sample(): void {
    const now = cpuTimes(cpus());
    this.percent = busyPercent(this.before, now) ?? this.percent;
    this.before = now;
  }

  async figures(): Promise<NodeFigures> {
    const disk = await statfs(this.home).catch(() => null);
    const total = totalmem();
    return {
      cpu_percent: this.percent,
      cores: Math.max(1, cpus().length),
      load: loadavg()[0] ?? 0,
      memory_used: Math.max(0, total - freemem()),
      memory_total: total,
      disk_free: disk && disk.bavail * disk.bsize,
      disk_total: disk && disk.blocks * disk.bsize,
    };
  }
}

export interface CpuTimes {
  busy: number;
  idle: number;
}

/** Milliseconds of all cores since the machine's start. */
export function cpuTimes(cores: readonly Pick<CpuInfo, 'times'>[]): CpuTimes {
  const times = { busy: 0, idle: 0 };
  for (const { times: of } of cores) {
    times.busy += of.user + of.nice + of.sys + of.irq;
    times.idle += of.idle;
  }
  return times;
}

/** Null if no time has passed between the two. */
export function busyPercent(before: CpuTimes, now: CpuTimes): number | null {
  // A core that is taken away takes its times along.
  const busy = Math.max(0, now.busy - before.busy);
  const all = busy + Math.max(0, now.idle - before.idle);
  return all === 0 ? null : (100 * busy) / all;
}
