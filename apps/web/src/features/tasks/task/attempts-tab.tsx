import type { Attempt, Task } from '@aicode/contracts';
import { safeLine } from '@aicode/log-view';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Elapsed, Empty, ErrorState, SkeletonRows, StateBadge, Time } from '../../../ui/index.js';
import { attemptsOf } from '../queries.browser.js';

/** Each try at the task, the newest first: how it ended and why, and where its log begins. */
export function AttemptsTab({ task }: { task: Task }): ReactElement {
  const { t } = useTranslation('tasks');
  const query = useQuery(attemptsOf(task.id, task.version));
  if (!query.data) {
    if (!query.error) return <SkeletonRows rows={3} />;
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />;
  }
  const { items } = query.data;
  if (items.length === 0) return <Empty title={t('attempts.none')}>{t('attempts.noneText')}</Empty>;
  return (
    <ol reversed className="divide-y divide-line rounded-lg border border-line bg-surface">
      {items.toReversed().map((attempt, index, all) => (
        <AttemptRow key={attempt.number} attempt={attempt} task={task} begins={beginOf(all[index + 1])} />
      ))}
    </ol>
  );
}

/** A log goes on behind the last line of the attempt before. */
function beginOf(before: Attempt | undefined): number | null {
  if (!before) return 1;
  return before.terminal_seq === null ? null : before.terminal_seq + 1;
}

function AttemptRow({ attempt, task, begins }: { attempt: Attempt; task: Task; begins: number | null }): ReactElement {
  const { t } = useTranslation('tasks');
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-3">
      <span className="tabular w-24 shrink-0 font-medium">{t('attempts.number', { number: attempt.number })}</span>
      <StateBadge state={attempt.outcome ?? (attempt.started_at === null ? 'starting' : 'running')} />
      <span className="min-w-0 flex-1 basis-60 text-sm text-muted [overflow-wrap:anywhere]">
        <bdi>{attempt.reason === null ? '' : safeLine(attempt.reason)}</bdi>
      </span>
      <span className="tabular flex shrink-0 items-center gap-3 text-xs text-muted">
        <Elapsed from={attempt.started_at ?? attempt.claimed_at} to={attempt.ended_at} />
        <Time value={attempt.claimed_at} as="short" />
        {begins === null ? null : (
          <Link
            to="/tasks/$id"
            params={{ id: task.id }}
            search={{ tab: 'log' }}
            hash={`L${begins}`}
            className="font-medium text-accent hover:underline"
          >
            {t('attempts.log')}
          </Link>
        )}
      </span>
    </li>
  );
}
