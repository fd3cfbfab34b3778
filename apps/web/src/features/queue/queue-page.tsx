import type { Queue, QueuedTask } from '@aicode/contracts';
import { useQuery } from '@tanstack/react-query';
import { Layers } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { ButtonLink, Callout, Empty, ErrorState, PageHeader, SkeletonRows } from '../../ui/index.js';
import { useMay, useTold, useWorkspaceNames, type Concerns } from '../workspaces/index.js';
import { CancelDialog } from './cancel-dialog.js';
import { queue, queueKey } from './queries.browser.js';
import { byPriority, selectionAfter, stillWaiting } from './queue-order.js';
import { PriorityGroup } from './priority-group.js';
import { SelectionBar } from './selection-bar.js';
import { useReprioritise } from './use-reprioritise.browser.js';

const concerns: Concerns = { task: [queueKey] };

/** What waits, why, and in which order it will be taken. */
export function QueuePage(): ReactElement {
  const { t } = useTranslation('queue');
  useTold(concerns);
  const { data, error, refetch, isFetching } = useQuery(queue());
  return (
    <>
      <PageHeader title={t('title')} description={t('lead')} />
      {data ? (
        data.items.length === 0 ? (
          <Empty icon={Layers} title={t('empty')} actions={<ButtonLink to="/tasks">{t('go_tasks')}</ButtonLink>}>
            {t('empty_text')}
          </Empty>
        ) : (
          <Waiting data={data} />
        )
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} retrying={isFetching} />
      ) : (
        <SkeletonRows rows={6} />
      )}
    </>
  );
}

function Waiting({ data }: { data: Queue }): ReactElement {
  const { t } = useTranslation('queue');
  const may = useMay();
  const names = useWorkspaceNames();
  const reprioritise = useReprioritise();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [anchor, setAnchor] = useState<string | null>(null);
  const [cancelling, setCancelling] = useState<readonly string[]>([]);
  const moved = useRef<string | null>(null);
  // A row that went to another heading was made anew: it keeps the focus of who moved it.
  useEffect(() => {
    if (moved.current === null || document.activeElement !== document.body) return;
    document.querySelector<HTMLElement>(`[data-queue-row="${moved.current}"]`)?.focus();
    moved.current = null;
  }, [data.items]);
  const groups = useMemo(() => byPriority(data.items), [data.items]);
  const order = groups.flatMap((group) => group.waiting.map((one) => one.task.id));
  const chosen = stillWaiting(selected, data.items);
  const nodes = new Set(data.items.map((one) => one.node)).size;

  const select = (one: QueuedTask, range: boolean): void => {
    setSelected((before) => selectionAfter(before, order, one.task.id, anchor, range));
    setAnchor(one.task.id);
  };
  const selectAll = (ids: readonly string[], on: boolean): void => {
    setSelected((before) => new Set(on ? [...before, ...ids] : [...before].filter((id) => !ids.includes(id))));
  };
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 text-sm text-muted">
        <p aria-live="polite">{t('total', { count: data.total })}</p>
        {may('tasks.create') ? (
          <p className="text-xs max-sm:hidden pointer-coarse:hidden">{t('keys')}</p>
        ) : (
          <p>{t('read_only')}</p>
        )}
      </div>
      {data.truncated && <Callout>{t('truncated', { shown: data.items.length, total: data.total })}</Callout>}
      {groups.map((group) => (
        <PriorityGroup
          key={group.priority}
          {...group}
          names={names}
          showNode={nodes > 1}
          selected={selected}
          mayChange={may('tasks.create')}
          mayCancel={may('tasks.cancel')}
          onSelect={select}
          onSelectAll={selectAll}
          onPriority={(one, priority) => {
            moved.current = one.task.id;
            reprioritise(one.task, priority);
          }}
          onCancel={(one) => setCancelling([one.task.id])}
        />
      ))}
      <SelectionBar
        count={chosen.length}
        onCancel={() => setCancelling(chosen)}
        onClear={() => setSelected(new Set())}
      />
      <CancelDialog
        ids={cancelling}
        onClose={(done) => {
          setCancelling([]);
          if (done) setSelected(new Set());
        }}
      />
    </div>
  );
}
