import { ListChecks, Plus, Search } from 'lucide-react';
import { useMemo, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { useFilters } from '../../../app/use-filters.js';
import { Button, CodeBlock, Empty, ErrorState, PageHeader, SkeletonRows } from '../../../ui/index.js';
import { useMay, useWorkspaceNames } from '../../workspaces/index.js';
import { ComposerDialog } from '../composer/composer-dialog.js';
import { CancelMany } from './cancel-many.js';
import { FilterBar } from './filter-bar.js';
import { isFiltered, matchesText, mayCancel, noFilters, TaskFilters, type ServerFilters } from './task-filters.js';
import { TaskRow } from './task-row.js';
import { chooseRange, toggleId } from './task-rows.js';
import { useListKeys } from './use-list-keys.js';
import { useTaskList } from './use-task-list.browser.js';
import { useTasksTold } from '../use-told.browser.js';

export function TaskListPage(): ReactElement {
  const { t } = useTranslation('tasks');
  const may = useMay();
  const [filters, setFilters] = useFilters(TaskFilters);
  useTasksTold();
  const compose = (): void => setFilters({ new: true });
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('lead')}
        actions={
          may('tasks.create') ? (
            <Button variant="primary" icon={Plus} onClick={compose}>
              {t('new')}
            </Button>
          ) : null
        }
      />
      <FilterBar filters={filters} onChange={setFilters} />
      <Tasks filters={filters} onClear={() => setFilters(noFilters)} onCompose={may('tasks.create') ? compose : null} />
      <ComposerDialog
        open={filters.new}
        workspace={filters.workspace ?? ''}
        onClose={() => setFilters({ new: false })}
      />
    </>
  );
}

interface TasksProps {
  filters: TaskFilters;
  onClear: () => void;
  onCompose: (() => void) | null;
}

function Tasks({ filters, onClear, onCompose }: TasksProps): ReactElement {
  const { t } = useTranslation('tasks');
  const names = useWorkspaceNames();
  const { state, priority, workspace } = filters;
  const server = useMemo((): ServerFilters => ({ state, priority, workspace }), [state, priority, workspace]);
  const { query, rows, fresh, showFresh } = useTaskList(server);
  const shown = useMemo(
    () => rows.filter((task) => matchesText(task, filters.q, names.get(task.workspace_id))),
    [rows, filters.q, names],
  );
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const lastChosen = useRef<string | null>(null);
  const choose = (id: string, stretch: boolean): void => {
    const ids = shown.filter(mayCancel).map((task) => task.id);
    setChosen(stretch ? chooseRange(chosen, ids, lastChosen.current, id) : toggleId(chosen, id));
    lastChosen.current = id;
  };
  const list = useListKeys(shown, (task) => (mayCancel(task) ? choose(task.id, false) : undefined));

  if (!query.data) {
    if (!query.error) return <SkeletonRows rows={8} />;
    return (
      <ErrorState
        title={t('failedToLoad')}
        error={query.error}
        onRetry={() => void query.refetch()}
        retrying={query.isFetching}
      />
    );
  }
  const cancellable = shown.filter((task) => chosen.has(task.id) && mayCancel(task));
  return (
    <>
      {fresh > 0 ? (
        <div className="mb-2 flex justify-center">
          <Button size="sm" onClick={showFresh}>
            {t('fresh', { count: fresh })}
          </Button>
        </div>
      ) : null}
      {shown.length === 0 ? (
        <Nothing filters={filters} onClear={onClear} onCompose={onCompose} more={query.hasNextPage} />
      ) : (
        <ul
          ref={list}
          aria-label={t('title')}
          className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface"
        >
          {shown.map((task) => (
            <TaskRow
              key={task.id}
              task={task}
              workspaceName={names.get(task.workspace_id)}
              chosen={chosen.has(task.id)}
              onChoose={choose}
            />
          ))}
        </ul>
      )}
      <footer className="flex flex-wrap items-center justify-center gap-3 py-4 text-sm text-muted">
        {query.hasNextPage ? (
          <Button size="sm" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {filters.q === '' ? t('older') : t('searchOlder')}
          </Button>
        ) : null}
        {filters.q !== '' && query.hasNextPage ? <span>{t('searched', { count: rows.length })}</span> : null}
        {query.error ? (
          <span role="alert" className="text-danger">
            {query.error.message}
          </span>
        ) : null}
        <span className="max-md:hidden">{t('keys')}</span>
      </footer>
      <CancelMany tasks={cancellable} onDone={() => setChosen(new Set())} />
    </>
  );
}

interface NothingProps extends TasksProps {
  more: boolean;
}

function Nothing({ filters, onClear, onCompose, more }: NothingProps): ReactElement {
  const { t } = useTranslation('tasks');
  if (isFiltered(filters)) {
    return (
      <Empty icon={Search} title={t('noMatch.title')} actions={<Button onClick={onClear}>{t('noMatch.clear')}</Button>}>
        {more ? t('noMatch.more') : t('noMatch.text')}
      </Empty>
    );
  }
  return (
    <Empty
      icon={ListChecks}
      title={t('empty.title')}
      actions={
        onCompose ? (
          <Button variant="primary" icon={Plus} onClick={onCompose}>
            {t('new')}
          </Button>
        ) : null
      }
    >
      <p>{onCompose ? t('empty.text') : t('empty.forbidden')}</p>
      {onCompose ? (
        <CodeBlock
          label={t('empty.terminal')}
          code='aicli task run -w my-project "Fix the failing test"'
          className="mt-4 text-left"
        />
      ) : null}
    </Empty>
  );
}
