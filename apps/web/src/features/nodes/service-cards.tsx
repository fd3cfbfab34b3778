import type { ServiceReport } from '@aicode/contracts';
import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { classNames } from '../../ui/index.js';
import { HealthBadge } from './health-badge.js';

const icons = { up: CircleCheck, degraded: TriangleAlert, down: CircleX };
const colours = { up: 'text-success', degraded: 'text-warning', down: 'text-danger' };

/** Each service, and what it depends on. */
export function ServiceCards({ services }: { services: readonly ServiceReport[] }): ReactElement {
  const { t } = useTranslation('nodes');
  return (
    <section aria-label={t('services')}>
      <h2 className="mb-3 text-lg font-semibold">{t('services')}</h2>
      <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
        {services.map((service) => (
          <li key={service.name} className="flex min-w-0 flex-col gap-3 rounded-lg border border-line bg-surface p-4">
            <div className="flex items-start justify-between gap-3">
              <div className="min-w-0">
                <h3 className="truncate font-mono text-sm font-semibold">{service.name}</h3>
                <p className="text-xs text-muted">{t(`service.${service.name}`)}</p>
              </div>
              <HealthBadge state={service.state} />
            </div>
            {service.dependencies.length === 0 ? (
              <p className="text-xs text-subtle">{service.reason ?? t('no_dependencies')}</p>
            ) : (
              <ul className="flex flex-col gap-1 text-sm">
                {service.dependencies.map((part) => {
                  const Icon = icons[part.state];
                  return (
                    <li key={part.name} className="flex min-w-0 gap-2">
                      <Icon aria-hidden="true" className={classNames('mt-0.5 size-4 shrink-0', colours[part.state])} />
                      <span className="min-w-0 break-words">
                        {part.name}
                        <span className="sr-only">: {t(`state.${part.state}`)}</span>
                        {part.reason !== null && part.state !== 'up' && (
                          <span className="text-xs text-muted"> {part.reason}</span>
                        )}
                      </span>
                    </li>
                  );
                })}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
