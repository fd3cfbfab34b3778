import { isFinal, type Task } from '@aicode/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { FileDiff, Info, ListRestart, MessageSquareText } from 'lucide-react';
import { Suspense, useCallback, useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';

import { useFilters } from '../../../app/use-filters.js';
import { copyText, ErrorState, Skeleton, SkeletonRows, Tabs, toast, usePageTitle } from '../../../ui/index.js';
import { formatLineHash, parseLineHash, pointAt, TaskLog } from '../../logs/index.js';
import { titleOf } from '../list/task-filters.js';
import { oneTask, taskTold } from '../queries.browser.js';
import { useRestHeight } from './use-rest-height.js';
import { useTasksTold } from '../use-told.browser.js';
import { logPort } from '../log-port.browser.js';
import { AttemptsTab } from './attempts-tab.js';
import { ChangesTab } from './changes-tab.js';
import { DetailsTab } from './details-tab.js';
import { StateAnnouncer } from './state-announcer.js';
import { TaskHeader } from './task-header.js';

const tabs = ['log', 'changes', 'attempts', 'details'] as const;
const View = z.object({ tab: z.enum(tabs).catch('log'), raw: z.boolean().catch(false) });

export function TaskPage(): ReactElement {
  const { id } = useParams({ strict: false });
  // Another task is another page: nothing of the one before may stay.
  return <OneTask key={id} id={id ?? ''} />;
}

function OneTask({ id }: { id: string }): ReactElement {
  const { t } = useTranslation('tasks');
  useTasksTold();
  const query = useQuery({ ...oneTask(id), refetchInterval: (known) => (ended(known.state.data) ? false : 15_000) });
  if (query.data) return <LoadedTask task={query.data} />;
  if (query.error) {
    return (
      <ErrorState
        title={t('failedToOpen')}
        error={query.error}
        onRetry={() => void query.refetch()}
        retrying={query.isFetching}
      />
    );
  }
  return (
    <div className="flex flex-col gap-4">
      <Skeleton className="h-7 w-2/3" />
      <SkeletonRows rows={8} />
    </div>
  );
}

function ended(task: Task | undefined): boolean {
  return task !== undefined && isFinal(task.state);
}

function LoadedTask({ task }: { task: Task }): ReactElement {
  const { t } = useTranslation('tasks');
  usePageTitle(titleOf(task, 60));
  const client = useQueryClient();
  const [view, setView] = useFilters(View);
  const port = useMemo(() => logPort(task.id, task.workspace_id), [task.id, task.workspace_id]);
  const { target, point } = useLines();
  const told = useCallback((changed: Task) => taskTold(client, changed), [client]);
  // Only what was once opened is in the page; it stays there, with its scroll and its connection.
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set([view.tab]));
  if (!opened.has(view.tab)) setOpened(new Set([...opened, view.tab]));
  const log = (
    <Suspense fallback={<SkeletonRows rows={8} />}>
      <TaskLog
        task={task}
        port={port}
        target={target}
        onPoint={point}
        onTask={told}
        raw={view.raw}
        onRaw={(raw) => setView({ raw })}
      />
    </Suspense>
  );
  const content = (tab: (typeof tabs)[number], shown: ReactElement): ReactElement | null =>
    opened.has(tab) ? shown : null;
  const page = useRestHeight();
  return (
    <div ref={page} className="flex min-h-80 flex-col max-sm:-mt-3 sm:-mb-6">
      <TaskHeader task={task} />
      <StateAnnouncer task={task} />
      <Tabs
        label={t('tab.label')}
        value={view.tab}
        onChange={(tab) => setView({ tab })}
        keepMounted
        className="flex min-h-0 flex-1 flex-col max-sm:[&_[role=tab]_svg]:hidden"
        panelClassName="min-h-0 flex-1 data-[state=active]:flex data-[state=active]:flex-col"
        tabs={[
          {
            value: 'log',
            label: t('tab.log'),
            icon: MessageSquareText,
            content: content(
              'log',
              <div className="min-h-0 flex-1 overflow-hidden rounded-b-lg border border-t-0 border-line max-sm:-mx-4 max-sm:rounded-none max-sm:border-x-0">
                {log}
              </div>,
            ),
          },
          {
            value: 'changes',
            label: t('tab.changes'),
            icon: FileDiff,
            content: content(
              'changes',
              <Scrolled>
                <ChangesTab task={task} />
              </Scrolled>,
            ),
          },
          {
            value: 'attempts',
            label: t('tab.attempts'),
            icon: ListRestart,
            count: task.attempt > 1 ? task.attempt : 0,
            content: content(
              'attempts',
              <Scrolled>
                <AttemptsTab task={task} />
              </Scrolled>,
            ),
          },
          {
            value: 'details',
            label: t('tab.details'),
            icon: Info,
            content: content(
              'details',
              <Scrolled>
                <DetailsTab task={task} />
              </Scrolled>,
            ),
          },
        ]}
      />
    </div>
  );
}

function Scrolled({ children }: { children: ReactElement }): ReactElement {
  return <div className="min-h-0 flex-1 overflow-y-auto py-4">{children}</div>;
}

/** The lines that the address points at, and the way to point at others. */
function useLines() {
  const { t } = useTranslation('logs');
  const { hash } = useLocation();
  const navigate = useNavigate();
  const target = useMemo(() => parseLineHash(hash), [hash]);
  const current = useRef(target);
  useEffect(() => {
    current.current = target;
  }, [target]);
  const point = useCallback(
    (seq: number, stretch: boolean) => {
      const next = formatLineHash(pointAt(seq, stretch ? current.current : null));
      void navigate({
        to: '.',
        search: true,
        hash: next,
        replace: true,
        resetScroll: false,
        hashScrollIntoView: false,
      });
      const link = `${location.origin}${location.pathname}#${next}`;
      // Without it the address bar still has the link.
      copyText(link).then(
        () => toast.success(t('line.copied', { line: seq })),
        () => undefined,
      );
    },
    [navigate, t],
  );
  return { target, point };
}
