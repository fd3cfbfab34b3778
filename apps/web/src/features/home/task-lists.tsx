import type { Summary, Task } from '@aicode/contracts';
import { safeLine } from '@aicode/log-view';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Card, Elapsed, StateBadge, TextLink, Time } from '../../ui/index.js';
import { promptLine } from '../workspaces/index.js';
import { tasksIn } from './queries.browser.js';

interface ListProps {
  names: ReadonlyMap<string, string>;
}

/** What needs somebody, then what runs, then what begins. */
export function AtWork({ data, names }: ListProps & { data: Summary }): ReactElement {
  const { t } = useTranslation('home');
  const asked = useQuery({ ...tasksIn('waiting_approval'), enabled: data.waiting_approval > 0 });
  const running = useQuery({ ...tasksIn('running'), enabled: data.running > 0 });
  const starting = useQuery({ ...tasksIn('starting'), enabled: data.running > 0 });
  // The summary is newer than the lists while a task goes from one state to the next.
  const known = new Map(data.recent.map((task) => [task.id, task]));
  const tasks = [asked, running, starting]
    .flatMap((query) => query.data?.items ?? [])
    .map((task) => newer(task, known.get(task.id)))
    .filter((task) => ['waiting_approval', 'running', 'starting'].includes(task.state));
  return (
    <Card
      flush
      title={t('now')}
      actions={
        <TextLink to="/queue" className="text-sm">
          {t('see_queue')}
        </TextLink>
      }
    >
      {tasks.length === 0 ? (
        <p className="px-4 py-6 text-center text-sm text-muted">{t('now_empty')}</p>
      ) : (
        <TaskRows tasks={tasks} names={names} time={(task) => <Elapsed from={task.started_at ?? task.created_at} />} />
      )}
    </Card>
  );
}

function newer(task: Task, other: Task | undefined): Task {
  return other && other.version > task.version ? other : task;
}

export function EndedLately({ tasks, names }: ListProps & { tasks: readonly Task[] }): ReactElement {
  const { t } = useTranslation('home');
  return (
    <Card
      flush
      title={t('ended')}
      actions={
        <TextLink to="/tasks" className="text-sm">
          {t('all_tasks')}
        </TextLink>
      }
    >
      {tasks.length === 0 ? (
        <p className="px-4 py-6 text-center text-sm text-muted">{t('ended_empty')}</p>
      ) : (
        <TaskRows tasks={tasks} names={names} time={(task) => <Time value={task.ended_at ?? task.updated_at} />} />
      )}
    </Card>
  );
}

function TaskRows({
  tasks,
  names,
  time,
}: ListProps & { tasks: readonly Task[]; time: (task: Task) => ReactNode }): ReactElement {
  const { t } = useTranslation('home');
  return (
    <ul className="divide-y divide-line">
      {tasks.map((task) => (
        <li
          key={task.id}
          className="relative flex min-w-0 items-center gap-3 px-4 py-2.5 last:rounded-b-lg hover:bg-hover"
        >
          <span className="w-24 shrink-0 max-sm:w-auto">
            <StateBadge state={task.state} />
          </span>
          <div className="min-w-0 flex-1">
            <Link
              to="/tasks/$id"
              params={{ id: task.id }}
              className="block truncate rounded-sm font-medium after:absolute after:inset-0"
            >
              <bdi>{promptLine(task.command)}</bdi>
            </Link>
            <p className="truncate text-xs text-muted">
              <bdi>{names.get(task.workspace_id) ?? task.workspace_id}</bdi>
              {task.attempt > 1 && <> · {t('attempt', { attempt: task.attempt, of: task.max_attempts })}</>}
              {task.reason !== null && task.state !== 'succeeded' && <> · {safeLine(task.reason)}</>}
            </p>
          </div>
          <span className="shrink-0 text-xs text-muted">{time(task)}</span>
        </li>
      ))}
    </ul>
  );
}
