import { setTimeout as delay } from 'node:timers/promises';

import {
  findCgroup,
  readCgroup,
  readOomKills,
  type Cgroup,
  type CgroupFigures,
  type RunningContainer,
} from './cgroup-files.js';
import { parseEngineStats } from './engine-figures.js';
import { readTraffic, type NetworkTraffic } from './network-traffic.js';

export interface ContainerFigures extends NetworkTraffic {
  /** Per cent of one core, since the question before; null without one in the last seconds. */
  cpu_percent: number | null;
  /** Bytes. */
  memory: number | null;
  pids: number | null;
}

export interface SamplerOptions {
  /** The engine's own answer, `container.stats({ stream: false })`: slow, but possible from afar. */
  engineStats: (id: string) => Promise<unknown>;
  /** For how long (ms) an answer serves all who ask. */
  maxAge?: number;
  /** For how long (ms) it is waited for the engine. */
  engineTimeout?: number;
  proc?: string;
}

interface Known {
  pid: number;
  answer: Promise<ContainerFigures>;
  /** Infinity while it is under way. */
  answeredAt: number;
  cgroup?: Cgroup | undefined;
  last?: { cpuNs: number; at: number } | undefined;
}

const nothing: ContainerFigures = { cpu_percent: null, memory: null, pids: null, net_rx: null, net_tx: null };
/** What was used over a longer time says nothing about this moment (ms). */
const longestSpan = 15_000;

/**
 * What containers use, sampled once for all who ask: from the kernel's files where they can be seen (twenty containers
 * cost 17 ms, the engine's own answer ten times as much), else by the engine.
 */
export class ContainerSampler {
  private readonly known = new Map<string, Known>();
  private readonly maxAge: number;
  private readonly proc: string;

  constructor(private readonly options: SamplerOptions) {
    this.maxAge = options.maxAge ?? 1000;
    this.proc = options.proc ?? '/proc';
  }

  /** Never rejects; what cannot be found out is null. */
  sample(container: RunningContainer): Promise<ContainerFigures> {
    if (container.pid <= 0) {
      this.forget(container.id);
      return Promise.resolve(nothing);
    }
    const before = this.known.get(container.id);
    const same = before?.pid === container.pid ? before : undefined;
    if (same && performance.now() - same.answeredAt < this.maxAge) return same.answer;
    const known: Known = { ...same, pid: container.pid, answer: Promise.resolve(nothing), answeredAt: Infinity };
    known.answer = this.look(container, known).finally(() => (known.answeredAt = performance.now()));
    this.known.set(container.id, known);
    return known.answer;
  }

  /** How many of its processes the kernel killed for want of memory since its start; null where that can't be seen. */
  async oomKills(container: RunningContainer): Promise<number | null> {
    const known = this.known.get(container.id);
    const cgroup = (known?.pid === container.pid && known.cgroup) || (await findCgroup(container, this.proc));
    return cgroup ? readOomKills(cgroup).catch(() => null) : null;
  }

  /** A container is gone. */
  forget(id: string): void {
    this.known.delete(id);
  }

  private async look(container: RunningContainer, known: Known): Promise<ContainerFigures> {
    known.cgroup ??= await findCgroup(container, this.proc);
    if (!known.cgroup) return this.askEngine(container.id);
    try {
      const [figures, traffic] = await Promise.all([readCgroup(known.cgroup), readTraffic(container.pid, this.proc)]);
      return { cpu_percent: cpuPercent(known, figures), memory: figures.memory, pids: figures.pids, ...traffic };
    } catch {
      // It ended while we looked.
      known.cgroup = undefined;
      known.last = undefined;
      return nothing;
    }
  }

  private async askEngine(id: string): Promise<ContainerFigures> {
    const answered = new AbortController();
    const late = delay(this.options.engineTimeout ?? 5000, undefined, { signal: answered.signal }).catch(
      () => undefined,
    );
    try {
      const answer = await Promise.race([this.options.engineStats(id), late]);
      return answer === undefined ? nothing : parseEngineStats(answer);
    } catch {
      return nothing;
    } finally {
      answered.abort();
    }
  }
}

/** Remembers this sample for the next. */
function cpuPercent(known: Known, { cpuNs }: CgroupFigures): number | null {
  const before = known.last;
  const at = performance.now();
  known.last = { cpuNs, at };
  if (!before) return null;
  const span = at - before.at;
  const used = cpuNs - before.cpuNs;
  return span > 0 && span <= longestSpan && used >= 0 ? (used / 1e6 / span) * 100 : null;
}
