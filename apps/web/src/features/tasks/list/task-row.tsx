import { isFinal, type Task } from '@aicode/contracts';
import { ChevronsDown, ChevronsUp } from 'lucide-react';
import { Link } from '@tanstack/react-router';
import { memo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Cost, Elapsed, StateBadge, Time } from '../../../ui/index.js';
import { safeLine } from '@aicode/log-view';
import { mayCancel, titleOf } from './task-filters.js';

interface TaskRowProps {
  task: Task;
  workspaceName: string | undefined;
  chosen: boolean;
  onChoose: (id: string, stretch: boolean) => void;
}

/** A task in the list. The whole row is its link; the box at its beginning chooses it for cancelling. */
export const TaskRow = memo(function TaskRow({ task, workspaceName, chosen, onChoose }: TaskRowProps): ReactElement {
  const { t } = useTranslation('tasks');
  const title = titleOf(task);
  const ended = isFinal(task.state);
  return (
    <li
      data-task={task.id}
      className={`relative flex min-w-0 items-center gap-3 px-3 py-2.5 sm:px-4 ${chosen ? 'bg-accent-soft' : 'hover:bg-hover'} has-[.row-link:focus-visible]:outline-2 has-[.row-link:focus-visible]:-outline-offset-2 has-[.row-link:focus-visible]:outline-focus`}
    >
      <input
        type="checkbox"
        checked={chosen}
        disabled={!mayCancel(task)}
        aria-label={t('choose', { task: title })}
        onChange={() => undefined}
        onClick={(event) => onChoose(task.id, event.shiftKey)}
        className="relative z-1 size-4.5 shrink-0 accent-accent-solid disabled:opacity-30 max-sm:size-5"
      />
      <span className="w-28 shrink-0 max-sm:hidden">
        <StateBadge state={task.state} />
      </span>
      <div className="min-w-0 flex-1">
        <Link
          to="/tasks/$id"
          params={{ id: task.id }}
          className="row-link block truncate font-medium text-ink outline-none after:absolute after:inset-0"
        >
          <bdi>{title}</bdi>
        </Link>
        <p className="flex min-w-0 items-center gap-x-2 truncate text-xs text-muted">
          <span className="sm:hidden">
            <StateBadge state={task.state} />
          </span>
          <bdi className="truncate">{workspaceName ?? task.workspace_id}</bdi>
          <PriorityMark priority={task.priority} />
          {task.attempt > 1 ? (
            <span className="shrink-0">{t('attemptOf', { attempt: task.attempt, of: task.max_attempts })}</span>
          ) : null}
          {task.reason !== null && task.state !== 'succeeded' ? (
            <span className={`truncate ${task.state === 'failed' || task.state === 'timed_out' ? 'text-danger' : ''}`}>
              {safeLine(task.reason.slice(0, 400))}
            </span>
          ) : null}
        </p>
      </div>
      <div className="tabular flex shrink-0 flex-col items-end text-xs text-muted">
        {task.started_at === null ? (
          <Time value={task.created_at} />
        ) : (
          <>
            <Elapsed from={task.started_at} to={task.ended_at} />
            {ended ? <Time value={task.ended_at ?? task.updated_at} /> : null}
          </>
        )}
        {task.usage && !ended ? <Cost usd={task.usage.cost_usd} /> : null}
      </div>
    </li>
  );
});

/** Only what is not as usual is said. */
export function PriorityMark({ priority }: Pick<Task, 'priority'>): ReactElement | null {
  const { t } = useTranslation('tasks');
  if (priority === 'medium') return null;
  const Icon = priority === 'high' ? ChevronsUp : ChevronsDown;
  return (
    <span className="inline-flex shrink-0 items-center gap-0.5">
      <Icon aria-hidden className={`size-3.5 ${priority === 'high' ? 'text-warning' : ''}`} />
      {t(`priority.${priority}`)}
    </span>
  );
}
