import type { RunnerStatus } from '@aicode/contracts';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Callout, Card, DescriptionList, formatBytes, formatPercent, Meter, TextLink, Time } from '../../ui/index.js';

/** A machine: what runs on it, how it keeps tasks apart, and how busy it is. */
export function RunnerCard({ runner }: { runner: RunnerStatus }): ReactElement {
  const { t } = useTranslation('nodes');
  return (
    <Card title={runner.node}>
      <div className="grid gap-6 md:grid-cols-2">
        <div className="flex flex-col gap-4">
          <Figure
            label={t('sessions')}
            value={runner.running}
            max={runner.max_sessions}
            text={t('sessions_of', { running: runner.running, max: runner.max_sessions })}
          />
          <DescriptionList
            items={[
              [t('executor'), t(`executor_kind.${runner.executor}`)],
              [t('model'), runner.model],
              [t('since'), <Time key="since" value={runner.started_at} />],
            ]}
          />
          <TextLink to="/tasks" search={{ state: 'running' }} className="self-start text-sm">
            {t('see_running')}
          </TextLink>
        </div>
        <Figures figures={runner.figures} />
      </div>
      {runner.executor === 'process' ? (
        <Callout tone="warning" title={t('process_title')} className="mt-5">
          <p>{t('process_text')}</p>
          <p className="mt-1">{runner.executor_description}</p>
        </Callout>
      ) : (
        <p className="mt-4 text-sm text-muted">{runner.executor_description}</p>
      )}
    </Card>
  );
}

function Figures({ figures }: Pick<RunnerStatus, 'figures'>): ReactElement {
  const { t, i18n } = useTranslation('nodes');
  const bytes = (value: number): string => formatBytes(value, i18n.language);
  const cpu = figures.cpu_percent;
  const { disk_free: free, disk_total: total } = figures;
  return (
    <div className="flex flex-col gap-4">
      <Figure
        label={t('cpu')}
        value={cpu ?? 0}
        max={100}
        text={cpu === null ? t('unknown') : formatPercent(cpu / 100, i18n.language)}
      />
      <Figure
        label={t('load')}
        value={figures.load}
        max={figures.cores * 2}
        text={t('load_of', { load: figures.load.toFixed(2), cores: figures.cores })}
      />
      <Figure
        label={t('memory')}
        value={figures.memory_used}
        max={figures.memory_total}
        text={t('of', { used: bytes(figures.memory_used), total: bytes(figures.memory_total) })}
      />
      {free !== null && total !== null && (
        <Figure
          label={t('disk')}
          value={total - free}
          max={total}
          text={t('free_of', { free: bytes(free), total: bytes(total) })}
        />
      )}
    </div>
  );
}

function Figure(props: { label: string; value: number; max: number; text: string }): ReactElement {
  return (
    <div>
      <div className="mb-1.5 flex justify-between gap-3 text-sm">
        <span className="text-muted">{props.label}</span>
        <span className="tabular">{props.text}</span>
      </div>
      <Meter {...props} />
    </div>
  );
}
