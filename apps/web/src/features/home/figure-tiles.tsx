import type { Summary } from '@aicode/contracts';
import { Link } from '@tanstack/react-router';
import { CalendarCheck, Hand, Layers, LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { classNames, Count, StateIcon } from '../../ui/index.js';
import { endedStates, endedToday, leadsTo, type Leads } from './figures.js';

/** The four figures that matter first. */
export function Figures({ data }: { data: Summary }): ReactElement {
  const { t } = useTranslation('home');
  const ended = endedToday(data);
  return (
    <section aria-label={t('figures')} className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Figure label={t('running')} value={data.running} icon={LoaderCircle} leads={leadsTo('running')}>
        {data.running > 0 ? t('running_hint', { count: data.running }) : t('none_running')}
      </Figure>
      <Figure
        label={t('needs_you')}
        value={data.waiting_approval}
        icon={Hand}
        leads={leadsTo('waiting_approval')}
        loud={data.waiting_approval > 0}
      >
        {data.waiting_approval > 0 ? t('need_hint', { count: data.waiting_approval }) : t('none_need')}
      </Figure>
      <Figure label={t('waiting')} value={data.waiting} icon={Layers} leads={leadsTo('waiting')}>
        {data.waiting > 0 ? t('waiting_hint', { count: data.waiting }) : t('none_waiting')}
      </Figure>
      <Figure label={t('ended_today')} value={ended} icon={CalendarCheck} leads={{ to: '/tasks' }}>
        {ended === 0 ? t('none_ended') : <Ended data={data} />}
      </Figure>
    </section>
  );
}

interface FigureProps {
  label: string;
  value: number;
  icon: LucideIcon;
  leads: Leads;
  loud?: boolean;
  children: ReactNode;
}

function Figure({ label, value, icon: Icon, leads, loud = false, children }: FigureProps): ReactElement {
  return (
    <div
      className={classNames(
        'relative flex min-w-0 flex-col gap-1 rounded-lg border p-4 transition-colors',
        loud ? 'border-attention bg-warning-soft' : 'border-line bg-surface hover:bg-hover',
      )}
    >
      <Link
        to={leads.to}
        search={leads.state ? { state: leads.state } : {}}
        className="flex items-center gap-2 rounded-sm text-sm font-medium text-muted after:absolute after:inset-0 after:rounded-lg"
      >
        <Icon aria-hidden="true" className="size-4" />
        {label}
        <span className="sr-only">: {value}</span>
      </Link>
      <span aria-hidden="true" className="text-2xl font-semibold tracking-tight">
        <Count value={value} />
      </span>
      <div className="text-xs text-muted">{children}</div>
    </div>
  );
}

/** How it ended; each way leads to its own list, above the link of the whole figure. */
function Ended({ data }: { data: Summary }): ReactElement {
  const { t } = useTranslation('home');
  return (
    <span className="flex flex-wrap gap-x-3 gap-y-1">
      {endedStates.map((state) => {
        const count = data.ended_today[state];
        if (count === 0) return null;
        return (
          <Link
            key={state}
            to="/tasks"
            search={{ state }}
            className="relative z-1 inline-flex min-h-6 items-center gap-1 rounded-sm hover:text-ink hover:underline"
          >
            <span aria-hidden="true" className="contents">
              <StateIcon state={state} />
            </span>
            {t(state, { count })}
          </Link>
        );
      })}
    </span>
  );
}
