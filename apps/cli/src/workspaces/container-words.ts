import type { ContainerState, ContainerStats, Workspace, WorkspaceStats } from '@aicode/contracts';
import { safeLine } from '@aicode/log-view';

import { sizeWords } from '../terminal/size-words.js';
import { facts, table } from '../terminal/table.js';

const stateWords: Readonly<Record<ContainerState, string>> = {
  created: 'Created',
  running: 'Running',
  paused: 'Paused',
  stopped: 'Stopped',
  gone: 'Gone',
};

/** The settings in force, those marked that are the workspace's own. */
export function containerEntries({
  container,
  container_settings: own,
}: Pick<Workspace, 'container' | 'container_settings'>): [string, string | null][] {
  const mark = (key: keyof typeof own): string => (own[key] === undefined ? '' : ' *');
  const variables = Object.entries(container.env).map(([name, value]) => `${name}=${value}`);
  const isAllowlist = container.network === 'allowlist';
  return [
    ['Image', container.dockerfile === null ? safeLine(container.image) + mark('image') : 'of its own Dockerfile *'],
    ['CPU', `${container.cpu} ${container.cpu === 1 ? 'core' : 'cores'}${mark('cpu')}`],
    ['Memory', sizeWords(container.memory) + mark('memory')],
    ['Disk', sizeWords(container.disk) + mark('disk')],
    ['Processes', String(container.pids) + mark('pids')],
    ['Network', container.network + mark('network')],
    ['Allowed', isAllowlist ? (container.allow.map(safeLine).join(', ') || 'no host') + mark('allow') : null],
    ['Variables', variables.length > 0 ? variables.map(safeLine).join(', ') : null],
  ];
}

/** One line on what its containers do now. */
export function activityWords({ executor, containers }: WorkspaceStats): string {
  if (executor === 'process') return 'none: tasks run in the sandbox of the process executor';
  if (containers.length === 0) return 'none yet';
  return containers.map((one) => `${roomName(one)} ${stateOf(one)}`).join(', ');
}

/** Figures as a table, the disk below it. */
export function statsLines(stats: WorkspaceStats, width: number): string[] {
  const { containers, disk } = stats;
  const rows = containers.map((one) => [
    roomName(one),
    stateOf(one),
    one.cpu_percent === null ? '-' : `${one.cpu_percent.toFixed(1)} %`,
    one.memory === null ? '-' : `${sizeWords(one.memory)} / ${sizeWords(one.memory_limit)}`,
    one.pids === null ? '-' : `${one.pids} / ${one.pids_limit}`,
    one.net_rx === null || one.net_tx === null ? '-' : `${sizeWords(one.net_rx)} / ${sizeWords(one.net_tx)}`,
    one.egress_refused === 0 ? '-' : String(one.egress_refused),
  ]);
  const head = ['CONTAINER', 'STATE', 'CPU', 'MEMORY', 'PROCESSES', 'NET IN / OUT', 'REFUSED'];
  const reasons = containers.flatMap((one) =>
    one.reason === null ? [] : [`${roomName(one)}: ${safeLine(one.reason)}`],
  );
  const used = disk.used === null ? '-' : sizeWords(disk.used);
  return [
    ...(rows.length > 0 ? table(head, rows, width) : facts([['Containers', activityWords(stats)]])),
    ...reasons,
    ...facts([['Disk', `${used} / ${sizeWords(disk.limit)}`]]),
  ];
}

function roomName({ room }: ContainerStats): string {
  return `#${room}`;
}

function stateOf({ state, busy }: ContainerStats): string {
  return busy ? `${stateWords[state]}, busy` : stateWords[state];
}
