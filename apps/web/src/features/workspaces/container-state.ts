import type { ContainerStats, WorkspaceStats } from '@aicode/contracts';

/** What the containers of a workspace are in one word. `process`: there are none by design. */
export type ContainersAre = 'running' | 'paused' | 'stopped' | 'created' | 'none' | 'process';

const order = ['running', 'paused', 'created', 'stopped'] as const;

export function containersAre(stats: Pick<WorkspaceStats, 'executor' | 'containers'>): ContainersAre {
  if (stats.executor === 'process') return 'process';
  return order.find((state) => stats.containers.some((one) => one.state === state)) ?? 'none';
}

/** May it be started, may it be stopped? */
export function controls(are: ContainersAre): { start: boolean; stop: boolean } {
  return {
    start: are === 'paused' || are === 'stopped' || are === 'created' || are === 'none',
    stop: are === 'running' || are === 'paused',
  };
}

export function busyCount(containers: readonly Pick<ContainerStats, 'busy' | 'state'>[]): number {
  return containers.filter((one) => one.busy && one.state === 'running').length;
}

/** What last went wrong, and what the network policy refused, of all containers. */
export function notesOf(containers: readonly ContainerStats[]): { reasons: string[]; refused: number } {
  const reasons = containers.map((one) => one.reason).filter((reason) => reason !== null);
  return {
    reasons: [...new Set(reasons)],
    refused: containers.reduce((sum, one) => sum + one.egress_refused, 0),
  };
}
