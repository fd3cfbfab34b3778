import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Jump, LogSession, LogView } from '../live/log-session.js';
import { hasEnd, hasStart } from '../model/log-window.js';
import { estimateItem, itemIndexOf, seqOfItem, type Item } from './item.js';
import { useReader } from './use-reader.js';

interface ViewportProps {
  session: LogSession;
  view: LogView;
  items: readonly Item[];
  /** Where a finished task's log opens; null if it opens at its end. */
  opening: number | null;
  render: (item: Item) => ReactNode;
  top: ReactNode;
  bottom: ReactNode;
  /** Told which line is the first in view. */
  onFirst: (seq: number | null) => void;
}

const topSpace = 44;
const bottomSpace = 52;
/** Rows at an edge of the window within which more is read. */
const readAhead = 20;

/** The rows in a scroll box of their own: only those in view are in the page. */
export function LogViewport(props: ViewportProps): ReactElement {
  const { session, view, items, opening, render, top, bottom, onFirst } = props;
  const { t } = useTranslation('logs');
  const box = useRef<HTMLDivElement>(null);
  const { log, follow } = view;
  const following = follow.mode === 'following';
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: useCallback((index: number) => estimateItem(items[index]), [items]),
    getItemKey: useCallback((index: number) => items[index]?.key ?? index, [items]),
    overscan: 12,
    paddingStart: topSpace,
    paddingEnd: bottomSpace,
    anchorTo: 'end',
    // Only who follows the end is moved with it.
    scrollEndThreshold: following ? 1e6 : -1,
  });
  useReader(box, session);

  useLayoutEffect(() => {
    const element = box.current;
    if (!following || !element) return;
    if (element.scrollHeight - element.clientHeight - element.scrollTop > 1) virtual.scrollToEnd();
  });

  const done = useRef<Jump | 'opened' | null>(null);
  useEffect(() => {
    if (items.length === 0 || log.status !== 'open') return;
    if (view.jump && view.jump !== done.current) {
      const index = itemIndexOf(items, view.jump.seq);
      if (index < 0) return;
      done.current = view.jump;
      virtual.scrollToIndex(index, { align: view.jump.align });
    } else if (done.current === null) {
      done.current = 'opened';
      if (following) return;
      if (opening === null) virtual.scrollToEnd();
      else virtual.scrollToIndex(opening, { align: 'start' });
    }
  }, [items, view.jump, log.status, opening, following, virtual]);

  const first = virtual.range?.startIndex ?? 0;
  const last = virtual.range?.endIndex ?? 0;
  useEffect(() => {
    onFirst(seqOfItem(items[first]) ?? seqOfItem(items[first + 1]));
    if (log.status !== 'open' || log.loading || log.error || done.current === null) return;
    if (first < readAhead && !hasStart(log.window)) session.loadBefore();
    else if (last >= items.length - readAhead && !hasEnd(log.window)) session.loadAfter();
  }, [first, last, items, log, session, onFirst]);

  return (
    <div
      ref={box}
      role="region"
      aria-label={t('title')}
      tabIndex={0}
      className="log-box h-full min-h-0 overflow-x-hidden overflow-y-auto overscroll-contain bg-canvas [overflow-anchor:none] focus-visible:-outline-offset-2"
    >
      <div className="relative w-full" style={{ height: virtual.getTotalSize() }}>
        <div className="absolute inset-x-0 top-0 flex items-center justify-center" style={{ height: topSpace }}>
          {top}
        </div>
        {virtual.getVirtualItems().map((row) => {
          const item = items[row.index];
          return item ? (
            <div
              key={row.key}
              data-index={row.index}
              ref={virtual.measureElement}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${row.start}px)` }}
            >
              {render(item)}
            </div>
          ) : null;
        })}
        <div className="absolute inset-x-0 bottom-0 flex items-center justify-center" style={{ height: bottomSpace }}>
          {bottom}
        </div>
      </div>
    </div>
  );
}
