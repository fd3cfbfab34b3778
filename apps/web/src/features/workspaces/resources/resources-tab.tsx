import type { Workspace, WorkspaceStats } from '@aicode/contracts';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Callout, ErrorState, formatBytes, formatCount, messageOf, Skeleton } from '../../../ui/index.js';
import { containersAre } from '../container-state.js';
import type { ChartLine } from './chart.js';
import { ChartCard } from './chart-card.js';
import { ContainerList } from './container-list.js';
import { ProcessNote } from './process-note.js';
import type { Sample } from './stats-window.js';
import { useStatsWindow } from './use-stats.browser.js';

/** What the containers of a workspace use, as it happens. */
export function ResourcesTab({ workspace }: { workspace: Workspace }): ReactElement {
  const { t } = useTranslation('workspaces');
  const { data, error, refetch, isFetching, samples } = useStatsWindow(workspace.id);
  if (!data) {
    if (error) return <ErrorState error={error} onRetry={() => void refetch()} retrying={isFetching} />;
    return (
      <div role="status" className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
        {[0, 1, 2, 3, 4].map((index) => (
          <Skeleton key={index} className="h-36" />
        ))}
      </div>
    );
  }
  const process = data.executor === 'process';
  return (
    <div className="flex flex-col gap-5">
      {process && <ProcessNote node={workspace.node} />}
      {error && <Callout tone="warning">{t('resources.lost', { why: messageOf(error) })}</Callout>}
      <Charts stats={data} samples={samples} workspace={workspace} process={process} />
      {!process && <ContainerList containers={data.containers} />}
      <p className="text-xs text-subtle">{t('resources.lead')}</p>
    </div>
  );
}

interface ChartsProps {
  stats: WorkspaceStats;
  samples: readonly Sample[];
  workspace: Workspace;
  process: boolean;
}

function Charts({ stats, samples, workspace, process }: ChartsProps): ReactElement {
  const { t, i18n } = useTranslation('workspaces');
  const now = samples.at(-1);
  const rooms = stats.containers.filter((one) => one.state === 'running' || one.state === 'paused');
  const are = containersAre(stats);
  const idle = are === 'running' || are === 'paused' ? t('resources.unknown') : t('resources.nothing_runs');
  const bytes = (value: number): string => formatBytes(value, i18n.language);
  const number = (value: number): string => formatCount(value, i18n.language);
  const cores = workspace.container.cpu * Math.max(1, rooms.length);
  const sum = (pick: (one: (typeof rooms)[number]) => number): number =>
    rooms.reduce((total, one) => total + pick(one), 0);
  const memory = sum((one) => one.memory_limit) || workspace.container.memory;
  const pids = sum((one) => one.pids_limit) || workspace.container.pids;
  const disk = (
    <ChartCard
      title={t('resources.disk')}
      figure={
        stats.disk.used === null
          ? t('resources.unknown')
          : t('resources.of', { used: bytes(stats.disk.used), limit: bytes(stats.disk.limit) })
      }
      note={t(`resources.disk_${stats.disk.mechanism}`)}
      samples={samples}
      lines={diskLine}
      limit={stats.disk.limit}
    />
  );
  if (process) return <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">{disk}</div>;
  return (
    <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
      <ChartCard
        title={t('resources.cpu')}
        figure={
          now?.cpu == null ? idle : t('resources.cores_of', { used: (now.cpu / 100).toFixed(2), limit: number(cores) })
        }
        samples={samples}
        lines={cpuLine}
        limit={cores * 100}
      />
      <ChartCard
        title={t('resources.memory')}
        figure={now?.memory == null ? idle : t('resources.of', { used: bytes(now.memory), limit: bytes(memory) })}
        samples={samples}
        lines={memoryLine}
        limit={memory}
      />
      {disk}
      <ChartCard
        title={t('resources.network')}
        figure={
          <Traffic now={now} idle={workspace.container.network === 'isolated' ? t('resources.no_network') : idle} />
        }
        samples={samples}
        lines={networkLines}
        limit={null}
      />
      <ChartCard
        title={t('resources.pids')}
        figure={now?.pids == null ? idle : t('resources.of', { used: number(now.pids), limit: number(pids) })}
        samples={samples}
        lines={pidsLine}
        limit={pids}
      />
    </div>
  );
}

const cpuLine: readonly ChartLine[] = [{ name: 'cpu', colour: '--info' }];
const memoryLine: readonly ChartLine[] = [{ name: 'memory', colour: '--accent' }];
const diskLine: readonly ChartLine[] = [{ name: 'disk', colour: '--success' }];
const pidsLine: readonly ChartLine[] = [{ name: 'pids', colour: '--warning' }];
const networkLines: readonly ChartLine[] = [
  { name: 'received', colour: '--info' },
  { name: 'sent', colour: '--warning' },
];

/** Bytes a second, both ways; `idle` if nobody counts them. */
function Traffic({ now, idle }: { now: Sample | undefined; idle: string }): ReactElement {
  const { t, i18n } = useTranslation('workspaces');
  if (!now || now.received === null || now.sent === null) return <>{idle}</>;
  const rate = (value: number): string => t('resources.per_second', { size: formatBytes(value, i18n.language) });
  return (
    <>
      <Swatch className="bg-info" /> {t('resources.received')} {rate(now.received)} <Swatch className="bg-warning" />{' '}
      {t('resources.sent')} {rate(now.sent)}
    </>
  );
}

function Swatch({ className }: { className: string }): ReactElement {
  return <span aria-hidden="true" className={`inline-block size-2 rounded-full ${className}`} />;
}
