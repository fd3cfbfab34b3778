import { isFinal, type LogEntry, type Task } from '@aicode/contracts';
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';

import { ErrorState, SkeletonRows } from '../../../ui/index.js';
import type { LogPort } from '../live/log-port.js';
import { browserFrames } from '../live/frames.browser.js';
import { LogSession } from '../live/log-session.js';
import { buildRows } from '../model/build-rows.js';
import type { LineRange } from '../model/line-link.js';
import { hasStart } from '../model/log-window.js';
import { createOpenRows } from '../model/open-rows.js';
import { lastFailure, openingRow, type Row } from '../model/row.js';
import './log.css';
import { BottomEdge, TopEdge } from './edges.js';
import { NewRowsPill } from './follow-button.js';
import { rawItems, readableItems, type Item } from './item.js';
import { LogContext, type LogContextValue } from './log-context.js';
import { LogToolbar } from './log-toolbar.js';
import { LogViewport } from './log-viewport.js';
import { Prompt } from './rows/block-row.js';
import { RawRow } from './rows/raw-row.js';
import { RowView } from './rows/row-view.js';
import { useSearch } from './use-search.js';

export interface TaskLogProps {
  task: Task;
  port: LogPort;
  /** The lines that the address points at. */
  target: LineRange | null;
  /** The reader points at a line. */
  onPoint: (seq: number, stretch: boolean) => void;
  /** The task as its log's stream tells of it. */
  onTask: (task: Task) => void;
  raw: boolean;
  onRaw: (raw: boolean) => void;
}

/** The log of a task: readable or raw, followed or read, searched, linked to. */
export function TaskLog(props: TaskLogProps): ReactElement {
  const { task, port, target, onTask } = props;
  const [session, setSession] = useState<LogSession | null>(null);
  const start = useRef({ task, target });
  const told = useEffectEvent(onTask);
  useEffect(() => {
    const opened = new LogSession(port, browserFrames(), {
      task: start.current.task,
      target: start.current.target?.from ?? null,
      onTask: (changed) => told(changed),
    });
    setSession(opened);
    void opened.open();
    return () => opened.close();
  }, [port]);
  if (!session) return <SkeletonRows rows={6} />;
  return <OpenLog {...props} session={session} />;
}

function OpenLog({
  task,
  port,
  session,
  target,
  onPoint,
  raw,
  onRaw,
}: TaskLogProps & { session: LogSession }): ReactElement {
  const { t } = useTranslation('logs');
  const view = useStore(session.view);
  const { log } = view;
  const first = useRef<number | null>(null);
  const search = useSearch(
    port,
    session,
    useCallback(() => first.current, []),
  );
  const rows = useRows(log.window.entries);
  const items = useMemo(
    () =>
      raw
        ? rawItems(task.id, log.window.entries)
        : readableItems(task.id, rows, hasStart(log.window) ? task.command : null),
    [raw, rows, log.window, task.id, task.command],
  );
  const context = useLogValue({ task, session, rows, target, found: search.found, onPoint });
  useFollowAddress(session, target);

  const render = (item: Item): ReactElement => {
    if (item.kind === 'raw') return <RawRow entry={item.entry} />;
    if (item.kind === 'row') return <RowView row={item.row} />;
    return (
      <div className="mx-auto flex w-full max-w-[58rem] px-3 py-2 sm:pr-4 sm:pl-14">
        <Prompt text={item.text} foldKey="command" />
      </div>
    );
  };
  if (log.status === 'failed') {
    return (
      <ErrorState title={t('failedToOpen')} error={log.error} onRetry={() => void session.open()} className="m-4" />
    );
  }
  const failed = task.state === 'failed' || task.state === 'timed_out';
  const opening = raw ? -1 : openingRow(rows, failed);
  return (
    <LogContext value={context}>
      <div className="flex h-full min-h-0 flex-col">
        <LogToolbar task={task} port={port} session={session} view={view} search={search} raw={raw} onRaw={onRaw} />
        <div className="relative min-h-0 flex-1">
          {log.status === 'opening' ? (
            <div className="p-4">
              <SkeletonRows rows={6} />
            </div>
          ) : (
            <LogViewport
              session={session}
              view={view}
              items={items}
              opening={opening < 0 ? null : opening + (items[0]?.kind === 'command' ? 1 : 0)}
              render={render}
              top={<TopEdge session={session} view={view} />}
              bottom={<BottomEdge session={session} view={view} task={task} />}
              onFirst={(seq) => (first.current = seq)}
            />
          )}
          <NewRowsPill session={session} view={view} />
        </div>
      </div>
    </LogContext>
  );
}

/** The rows of what is in memory; those that did not change stay the same objects, so that they are not drawn again. */
function useRows(entries: readonly LogEntry[]): readonly Row[] {
  const [built, setBuilt] = useState(() => ({ entries, rows: buildRows(entries) }));
  if (built.entries === entries) return built.rows;
  const rows = buildRows(entries, built.rows);
  setBuilt({ entries, rows });
  return rows;
}

interface ValueParts extends Pick<TaskLogProps, 'task' | 'target' | 'onPoint'> {
  session: LogSession;
  rows: readonly Row[];
  found: number | null;
}

function useLogValue({ task, session, rows, target, found, onPoint }: ValueParts): LogContextValue {
  const [open] = useState(createOpenRows);
  const failure = useMemo(() => lastFailure(rows), [rows]);
  const activeAttempt = isFinal(task.state) ? null : task.attempt;
  return useMemo(
    () => ({
      taskId: task.id,
      activeAttempt,
      open,
      lastFailure: failure,
      target,
      found,
      point: onPoint,
      looked: () => session.dispatch({ type: 'looked' }),
    }),
    [task.id, activeAttempt, open, failure, target, found, onPoint, session],
  );
}

/** An address that points at other lines than before leads to them; a click on a number, which is in view, moves nothing. */
function useFollowAddress(session: LogSession, target: LineRange | null): void {
  const from = target?.from ?? null;
  const known = useRef(from);
  useEffect(() => {
    if (known.current === from) return;
    known.current = from;
    if (from !== null) void session.goTo(from);
  }, [from, session]);
}
