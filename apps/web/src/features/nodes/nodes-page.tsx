import type { Nodes } from '@aicode/contracts';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Callout, ErrorState, PageHeader, SkeletonRows, Time } from '../../ui/index.js';
import { EngineCard } from './engine-card.js';
import { overall, troubles } from './health.js';
import { nodes } from './queries.browser.js';
import { RunnerCard } from './runner-card.js';
import { ServiceCards } from './service-cards.js';

/** How everything that tasks need is, and what to do where it is not well. */
export function NodesPage(): ReactElement {
  const { t } = useTranslation('nodes');
  const { data, error, refetch, isFetching } = useQuery(nodes());
  return (
    <>
      <PageHeader title={t('title')} description={data && <Asked time={data.time} />} />
      {data ? (
        <Report data={data} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} retrying={isFetching} />
      ) : (
        <SkeletonRows rows={6} />
      )}
    </>
  );
}

function Asked({ time }: { time: string }): ReactElement {
  const { t } = useTranslation('nodes');
  return (
    <>
      {t('as_of')} <Time value={time} />
    </>
  );
}

function Report({ data }: { data: Nodes }): ReactElement {
  const { t } = useTranslation('nodes');
  const state = overall(data);
  const wrong = troubles(data.services);
  return (
    <div className="flex flex-col gap-6">
      <div aria-live="polite">
        <Callout
          tone={({ up: 'success', degraded: 'warning', down: 'danger' } as const)[state]}
          title={t(`overall.${state}`)}
        >
          <p>{t(`overall_text.${state}`)}</p>
        </Callout>
      </div>
      {wrong.length > 0 && (
        <section aria-label={t('troubles')} className="flex flex-col gap-3">
          <h2 className="text-lg font-semibold">{t('troubles')}</h2>
          {wrong.map((trouble) => (
            <Callout
              key={`${trouble.services.join()} ${trouble.dependency ?? ''} ${trouble.reason ?? ''}`}
              tone={trouble.state === 'down' ? 'danger' : 'warning'}
              title={`${trouble.dependency ?? trouble.services.join(', ')} · ${t(`state.${trouble.state}`)}`}
            >
              <p>{trouble.reason ?? t('no_reason')}</p>
              {trouble.dependency !== null && (
                <p className="mt-1 text-xs text-muted">{t('trouble_in', { services: trouble.services.join(', ') })}</p>
              )}
            </Callout>
          ))}
        </section>
      )}
      <section aria-label={t('runners')} className="flex flex-col gap-3">
        <h2 className="text-lg font-semibold">{t('runners')}</h2>
        {data.nodes.length === 0 ? (
          <Callout tone="danger" title={t('runner_none')}>
            {t('no_runner')}
          </Callout>
        ) : (
          data.nodes.map((runner) => <RunnerCard key={runner.node} runner={runner} />)
        )}
        <EngineCard engine={data.engine} used={data.nodes.some((runner) => runner.executor === 'docker')} />
      </section>
      <ServiceCards services={data.services} />
    </div>
  );
}
