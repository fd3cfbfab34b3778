import type { ContainerCounts, Summary } from '@aicode/contracts';
import type { ReactElement } from 'react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { Card, Cost, Count, formatCount } from '../../ui/index.js';

/** Tokens and money of this day. */
export function UsedToday({ data }: { data: Summary }): ReactElement {
  const { t, i18n } = useTranslation('home');
  const usage = data.usage_today;
  const short = (value: number): string => formatCount(value, i18n.language, true);
  return (
    <Card title={t('today')} className="relative hover:bg-hover">
      <dl className="grid grid-cols-2 gap-3">
        <div>
          <dt className="text-xs text-muted">
            <Link to="/tasks" className="rounded-sm after:absolute after:inset-0 after:rounded-lg">
              {t('cost')}
            </Link>
          </dt>
          <dd className="text-xl font-semibold">
            <Cost usd={data.cost_today_usd} />
          </dd>
        </div>
        <div>
          <dt className="text-xs text-muted">{t('tokens')}</dt>
          <dd className="text-xl font-semibold">
            <Count value={data.tokens_today} compact />
          </dd>
        </div>
      </dl>
      <p className="mt-2 text-xs text-muted">
        {t('tokens_detail', {
          input: short(usage.input_tokens),
          output: short(usage.output_tokens),
          cache: short(usage.cache_read_tokens + usage.cache_write_tokens),
        })}
      </p>
    </Card>
  );
}

const states = ['running', 'paused', 'stopped'] as const;

export function Containers({ counts }: { counts: ContainerCounts | null }): ReactElement {
  const { t } = useTranslation('home');
  return (
    <Card
      className="relative hover:bg-hover"
      title={
        <Link to="/workspaces" className="rounded-sm after:absolute after:inset-0 after:rounded-lg">
          {t('containers')}
        </Link>
      }
    >
      {counts ? (
        <dl className="grid grid-cols-3 gap-3">
          {states.map((state) => (
            <div key={state} className="flex flex-col-reverse">
              <dt className="text-xs text-muted">{t(`containers_${state}`)}</dt>
              <dd className="text-xl font-semibold">
                <Count value={counts[state]} />
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <p className="text-sm text-muted">{t('containers_unknown')}</p>
      )}
    </Card>
  );
}
