import type { Workspace } from '@aicode/contracts';
import { safeLine } from '@aicode/log-view';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ListTodo, Plus } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import {
  ButtonLink,
  Elapsed,
  Empty,
  ErrorState,
  List,
  ListRow,
  SkeletonRows,
  StateBadge,
  TextLink,
  Time,
} from '../../../ui/index.js';
import { workspaceTasks } from '../queries.browser.js';
import { useMay } from '../use-may.browser.js';
import { promptLine } from './prompt-line.js';

/** The work that was given to a workspace, the newest first. */
export function TasksTab({ workspace }: { workspace: Workspace }): ReactElement {
  const { t } = useTranslation('workspaces');
  const may = useMay();
  const { data, error, refetch, isFetching } = useQuery(workspaceTasks(workspace.id));
  if (!data) {
    if (error) return <ErrorState error={error} onRetry={() => void refetch()} retrying={isFetching} />;
    return <SkeletonRows rows={5} />;
  }
  if (data.items.length === 0) {
    return (
      <Empty
        icon={ListTodo}
        title={t('tasks.empty')}
        actions={
          may('tasks.create') ? (
            <ButtonLink to="/tasks" search={{ new: true, workspace: workspace.id }} variant="primary" icon={Plus}>
              {t('new_task')}
            </ButtonLink>
          ) : null
        }
      >
        {t('tasks.empty_text')}
      </Empty>
    );
  }
  return (
    <>
      <List aria-label={t('tasks.list')}>
        {data.items.map((task) => (
          <ListRow key={task.id}>
            <span className="w-26 shrink-0 max-sm:w-auto">
              <StateBadge state={task.state} />
            </span>
            <div className="min-w-0 flex-1">
              <Link
                to="/tasks/$id"
                params={{ id: task.id }}
                className="row-link block truncate font-medium after:absolute after:inset-0"
              >
                <bdi>{promptLine(task.command)}</bdi>
              </Link>
              {(task.reason !== null || task.attempt > 1) && (
                <p className="truncate text-xs text-muted">
                  {task.attempt > 1 && t('tasks.attempt', { attempt: task.attempt, of: task.max_attempts })}
                  {task.attempt > 1 && task.reason !== null && ' · '}
                  {task.reason !== null && safeLine(task.reason)}
                </p>
              )}
            </div>
            <span className="flex shrink-0 flex-col items-end text-xs text-muted">
              <Time value={task.created_at} />
              {task.started_at !== null && <Elapsed from={task.started_at} to={task.ended_at} />}
            </span>
          </ListRow>
        ))}
      </List>
      <p className="mt-3 text-sm">
        <TextLink to="/tasks" search={{ workspace: workspace.id }}>
          {t('tasks.all')}
        </TextLink>
      </p>
    </>
  );
}
