import type { Summary } from '@aicode/contracts';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Callout, Card, formatBytes, formatPercent, Meter } from '../../ui/index.js';

/** How busy each machine is: what runs out first decides whether more can run. */
export function Machines({ nodes }: { nodes: Summary['nodes'] }): ReactElement {
  const { t } = useTranslation('home');
  return (
    <Card
      className="relative hover:bg-hover"
      title={
        <Link to="/nodes" className="rounded-sm after:absolute after:inset-0 after:rounded-lg">
          {t(nodes.length > 1 ? 'machines' : 'machine')}
        </Link>
      }
    >
      {nodes.length === 0 ? (
        <Callout tone="warning">{t('no_machine')}</Callout>
      ) : (
        <ul className="flex flex-col gap-5">
          {nodes.map((node) => (
            <Machine key={node.name} node={node} named={nodes.length > 1} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Machine({ node, named }: { node: Summary['nodes'][number]; named: boolean }): ReactElement {
  const { t, i18n } = useTranslation('home');
  const bytes = (value: number): string => formatBytes(value, i18n.language);
  const load = t('load', { load: node.load.toFixed(1), cores: node.cores });
  const cpu = node.cpu_percent === null ? t('unknown') : formatPercent(node.cpu_percent / 100, i18n.language);
  const memory = t('of', { used: bytes(node.memory_used), total: bytes(node.memory_total) });
  const disk =
    node.disk_free === null || node.disk_total === null
      ? null
      : { free: node.disk_free, total: node.disk_total, used: node.disk_total - node.disk_free };
  return (
    <li className="flex flex-col gap-3">
      {named && <p className="text-sm font-medium">{node.name}</p>}
      <Line label={t('cpu')} value={node.cpu_percent ?? 0} max={100} text={`${cpu} · ${load}`} />
      <Line label={t('memory')} value={node.memory_used} max={node.memory_total} text={memory} />
      {disk && (
        <Line
          label={t('disk')}
          value={disk.used}
          max={disk.total}
          text={t('free_of', { free: bytes(disk.free), total: bytes(disk.total) })}
        />
      )}
    </li>
  );
}

function Line(props: { label: string; value: number; max: number; text: string }): ReactElement {
  return (
    <div>
      <div className="mb-1 flex justify-between gap-3 text-xs">
        <span className="text-muted">{props.label}</span>
        <span className="truncate tabular">{props.text}</span>
      </div>
      <Meter {...props} />
    </div>
  );
}
