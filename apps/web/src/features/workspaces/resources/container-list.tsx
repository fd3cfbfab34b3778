import type { ContainerStats } from '@aicode/contracts';
import { Box, ShieldBan } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Badge, Callout, Empty, formatBytes } from '../../../ui/index.js';
import { ContainerBadge } from '../badges.js';

/** Each container by itself: what it does, and what last went wrong with it. */
export function ContainerList({ containers }: { containers: readonly ContainerStats[] }): ReactElement {
  const { t } = useTranslation('workspaces');
  const shown = containers.filter((one) => one.state !== 'gone' || one.reason !== null);
  if (shown.length === 0) {
    return (
      <Empty icon={Box} title={t('resources.containers_empty')}>
        {t('resources.containers_empty_text')}
      </Empty>
    );
  }
  return (
    <section aria-label={t('resources.containers')}>
      <h2 className="mb-2 font-semibold">{t('resources.containers')}</h2>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {shown.map((one) => (
          <ContainerRow key={one.room} one={one} />
        ))}
      </ul>
    </section>
  );
}

function ContainerRow({ one }: { one: ContainerStats }): ReactElement {
  const { t, i18n } = useTranslation('workspaces');
  const runs = one.state === 'running';
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium">{t('resources.room', { number: one.room + 1 })}</span>
        <ContainerBadge are={one.state === 'gone' ? 'none' : one.state} alone />
        {runs && (
          <Badge tone={one.busy ? 'info' : 'neutral'}>{one.busy ? t('resources.busy') : t('resources.idle')}</Badge>
        )}
        {runs && one.memory !== null && (
          <span className="ml-auto text-xs text-muted tabular">
            {one.cpu_percent !== null && `${t('resources.cpu')} ${one.cpu_percent.toFixed(0)} % · `}
            {t('resources.memory')} {formatBytes(one.memory, i18n.language)}
          </span>
        )}
      </div>
      {one.egress_refused > 0 && (
        <p className="flex items-center gap-1.5 text-sm text-warning">
          <ShieldBan aria-hidden="true" className="size-4" />
          {t('resources.refused', { count: one.egress_refused })}
        </p>
      )}
      {one.reason !== null && (
        <Callout tone="warning" title={t('resources.problem')}>
          {one.reason}
        </Callout>
      )}
    </li>
  );
}
