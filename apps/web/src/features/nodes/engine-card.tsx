import type { EngineState } from '@aicode/contracts';
import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Badge, Callout, Card } from '../../ui/index.js';

interface EngineCardProps {
  engine: EngineState | null;
  /** Tasks run in it. */
  used: boolean;
}

/** The container engine. Without one tasks may still run, and what that means is said. */
export function EngineCard({ engine, used }: EngineCardProps): ReactElement {
  const { t } = useTranslation('nodes');
  const up = engine?.state === 'up';
  const facts: [string, string | null | undefined][] = [
    [t('version'), engine?.version],
    [t('api_version'), engine?.api_version],
    [t('storage'), engine?.storage_driver],
    [t('cgroup'), engine?.cgroup_version],
  ];
  return (
    <Card
      title={t('engine')}
      actions={
        engine && (
          <Badge
            tone={up ? 'success' : used ? 'danger' : 'neutral'}
            icon={up ? CircleCheck : used ? CircleX : TriangleAlert}
          >
            {t(`engine_state.${engine.state}`)}
          </Badge>
        )
      }
    >
      {engine === null ? (
        <p className="text-sm text-muted">{t('engine_unknown')}</p>
      ) : (
        <div className="flex flex-col gap-3">
          {!used && <p className="text-sm text-muted">{t('engine_unused')}</p>}
          {engine.reason !== null && <Callout tone={used ? 'danger' : 'info'}>{engine.reason}</Callout>}
          {engine.image_problem !== null && (
            <Callout tone="warning" title={t('image')}>
              {engine.image_problem}
            </Callout>
          )}
          {up && (
            <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
              {facts.map(([name, value]) => (
                <div key={name}>
                  <dt className="text-xs text-muted">{name}</dt>
                  <dd>{value ?? t('unknown')}</dd>
                </div>
              ))}
            </dl>
          )}
        </div>
      )}
    </Card>
  );
}
