import type { Task } from '@aicode/contracts';
import { safeLine } from '@aicode/log-view';
import { Link } from '@tanstack/react-router';
import { ChevronLeft, Coins, FolderGit2, Hourglass, Timer } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Cost, Count, Elapsed, StateBadge, Time } from '../../../ui/index.js';
import { useWorkspaceNames } from '../../workspaces/index.js';
import { titleOf } from '../list/task-filters.js';
import { PriorityMark } from '../list/task-row.js';
import { TaskActions } from './task-actions.js';
import { sentenceKey } from './task-sentence.js';

/** What the task is and how it stands, always in view; what can be done with it at the right. */
export function TaskHeader({ task }: { task: Task }): ReactElement {
  const { t } = useTranslation('tasks');
  return (
    <header className="flex shrink-0 items-start gap-x-4 gap-y-2 pb-2 max-sm:gap-x-2 max-sm:pb-0 sm:flex-wrap">
      <div className="min-w-0 flex-1 sm:basis-72">
        <div className="flex min-w-0 items-center gap-2">
          <Link
            to="/tasks"
            aria-label={t('back')}
            className="-ml-1 rounded-md p-1 text-muted hover:bg-hover hover:text-ink"
          >
            <ChevronLeft aria-hidden className="size-5" />
          </Link>
          <StateBadge state={task.state} />
          <h1 className="min-w-0 truncate text-lg font-semibold" title={titleOf(task, 500)}>
            <bdi>{titleOf(task)}</bdi>
          </h1>
        </div>
        <Facts task={task} />
        <Reason task={task} />
      </div>
      <TaskActions task={task} />
    </header>
  );
}

function Facts({ task }: { task: Task }): ReactElement {
  const { t } = useTranslation('tasks');
  const names = useWorkspaceNames();
  const fact = 'inline-flex min-w-0 shrink-0 items-center gap-1';
  return (
    <div className="tabular mt-1 flex min-w-0 items-center overflow-hidden sm:flex-wrap gap-x-4 gap-y-0.5 text-xs text-muted sm:pl-7">
      <Link
        to="/workspaces/$id"
        params={{ id: task.workspace_id }}
        className={`${fact} max-w-56 hover:text-ink hover:underline`}
      >
        <FolderGit2 aria-hidden className="size-3.5 shrink-0" />
        <bdi className="truncate">{names.get(task.workspace_id) ?? task.workspace_id}</bdi>
      </Link>
      <PriorityMark priority={task.priority} />
      {task.started_at === null ? (
        <span className={fact}>
          <Hourglass aria-hidden className="size-3.5" />
          <Time value={task.created_at} />
        </span>
      ) : (
        <span className={fact} title={t('elapsed')}>
          <Timer aria-hidden className="size-3.5" />
          <Elapsed from={task.started_at} to={task.ended_at} />
        </span>
      )}
      {task.attempt > 0 && task.max_attempts > 1 ? (
        <span className={`${fact} ${task.attempt === 1 ? 'max-sm:hidden' : ''}`}>
          {t('attemptOf', { attempt: task.attempt, of: task.max_attempts })}
        </span>
      ) : null}
      {task.usage ? (
        <>
          <span className={fact}>
            <Coins aria-hidden className="size-3.5" />
            <Cost usd={task.usage.cost_usd} />
          </span>
          <span className={`${fact} max-sm:hidden`}>
            <Count value={tokensOf(task.usage)} compact /> {t('tokens')}
          </span>
        </>
      ) : null}
    </div>
  );
}

export function tokensOf(usage: NonNullable<Task['usage']>): number {
  return usage.input_tokens + usage.output_tokens + usage.cache_read_tokens + usage.cache_write_tokens;
}

/** Why it waits or ended so: the platform's own words where it has some, else the sentence of its state. */
function Reason({ task }: { task: Task }): ReactElement {
  const { t } = useTranslation('tasks');
  const { t: words } = useTranslation('ui');
  const failed = task.state === 'failed' || task.state === 'timed_out';
  const key = sentenceKey(task);
  const means = key === 'state' ? words(`state.${task.state}.means`) : t(`sentence.${key}`);
  const reason = task.reason === null || task.state === 'succeeded' ? null : safeLine(task.reason.slice(0, 2000));
  return (
    <p className={`mt-1 text-sm sm:pl-7 ${failed ? 'text-danger' : 'text-muted'} ${reason ? '' : 'max-sm:hidden'}`}>
      <bdi className="line-clamp-2 [overflow-wrap:anywhere]" title={reason ?? undefined}>
        {reason ?? means}
      </bdi>
      {task.state === 'pending' && task.due_at !== null ? (
        <>
          {' '}
          {t('nextAttempt')} <Time value={task.due_at} as="short" />
        </>
      ) : null}
    </p>
  );
}
