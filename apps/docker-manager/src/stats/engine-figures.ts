import { z } from 'zod';

import type { ContainerFigures } from './sampler.js';

const usage = z.object({ cpu_usage: z.object({ total_usage: z.number().default(0) }) });

/** What we read of the engine's answer to `GET /containers/<id>/stats?stream=false`. */
const EngineStats = z.object({
  read: z.string(),
  preread: z.string(),
  cpu_stats: usage,
  precpu_stats: usage,
  memory_stats: z.object({
    usage: z.number().optional(),
    stats: z.object({ inactive_file: z.number().optional(), total_inactive_file: z.number().optional() }).optional(),
  }),
  pids_stats: z.object({ current: z.number().optional() }).optional(),
  networks: z.record(z.string(), z.object({ rx_bytes: z.number(), tx_bytes: z.number() })).optional(),
});

/** The engine samples twice, about a second apart. A container that does not run has no memory in it. */
export function parseEngineStats(answer: unknown): ContainerFigures {
  const stats = EngineStats.parse(answer);
  const { usage: memory, stats: parts } = stats.memory_stats;
  const inactive = parts?.total_inactive_file ?? parts?.inactive_file ?? 0;
  const networks = stats.networks && Object.values(stats.networks);
  const sum = (key: 'rx_bytes' | 'tx_bytes'): number | null =>
    networks ? networks.reduce((total, network) => total + network[key], 0) : null;
  return {
    cpu_percent: memory === undefined ? null : cpuPercent(stats),
    memory: memory === undefined ? null : Math.max(0, memory - inactive),
    pids: stats.pids_stats?.current ?? null,
    net_rx: sum('rx_bytes'),
    net_tx: sum('tx_bytes'),
  };
}

function cpuPercent({ read, preread, cpu_stats, precpu_stats }: z.infer<typeof EngineStats>): number | null {
  const ms = Date.parse(read) - Date.parse(preread);
  const ns = cpu_stats.cpu_usage.total_usage - precpu_stats.cpu_usage.total_usage;
  // Without a first sample `preread` is the year 1.
  return ms > 0 && ms < 60_000 && ns >= 0 ? (ns / 1e6 / ms) * 100 : null;
}
