import { exactText } from '@aicode/log-view';
import { useVirtualizer } from '@tanstack/react-virtual';
import clsx from 'clsx';
import { ChevronRight, File, FileQuestion, Folder, FolderOpen, Link2 } from 'lucide-react';
import { useEffect, useEffectEvent, useId, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { treeKey, type TreeEntry, type TreeRow } from './file-tree.js';

interface FileTreeViewProps {
  rows: readonly TreeRow[];
  selected: string | null;
  onToggle: (path: string, open: boolean) => void;
  onSelect: (path: string) => void;
  onRetry: (directory: string) => void;
}

const rowHeight = 28;

/** The tree as WAI-ARIA describes it: one stop of Tab, arrows inside. */
export function FileTreeView({ rows, selected, onToggle, onSelect, onRetry }: FileTreeViewProps): ReactElement {
  const { t } = useTranslation('workspaces');
  const id = useId();
  const scroll = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string | null>(selected);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const indexOf = (key: string | null): number => rows.findIndex((row) => row.key === key);
  const active = indexOf(focused);

  // What was opened by a link, or from the changes, is brought into view once its directory is there.
  const isThere = selected !== null && indexOf(selected) >= 0;
  const reveal = useEffectEvent(() => {
    setFocused(selected);
    virtual.scrollToIndex(indexOf(selected));
  });
  useEffect(() => {
    if (isThere) reveal();
  }, [selected, isThere]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const move = treeKey(rows, focused, event.key);
    if (move.do === 'nothing') return;
    event.preventDefault();
    if (move.do === 'focus') {
      setFocused(move.path);
      virtual.scrollToIndex(indexOf(move.path));
    } else if (move.do === 'select') onSelect(move.path);
    else onToggle(move.path, move.do === 'open');
  };

  const click = (row: Extract<TreeRow, { kind: 'entry' }>): void => {
    setFocused(row.key);
    if (row.entry.type === 'directory') onToggle(row.key, !row.open);
    else onSelect(row.key);
  };

  return (
    <div
      ref={scroll}
      role="tree"
      aria-label={t('files.tree')}
      tabIndex={0}
      aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
      onKeyDown={onKeyDown}
      className="group h-full overflow-auto py-1 focus-visible:-outline-offset-2"
    >
      <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          const place = { transform: `translateY(${item.start}px)`, paddingLeft: `${row.depth * 14 + 8}px` };
          const common = 'absolute top-0 left-0 flex h-7 w-full items-center gap-1.5 pr-2 text-sm';
          if (row.kind !== 'entry') {
            return (
              <div
                key={row.key}
                role="treeitem"
                aria-level={row.depth + 1}
                className={clsx(common, 'text-subtle')}
                style={place}
              >
                {row.kind === 'failed' ? (
                  <button
                    type="button"
                    tabIndex={-1}
                    className="truncate text-danger underline"
                    onClick={() => onRetry(row.parent)}
                  >
                    {row.message} {t('files.try_again')}
                  </button>
                ) : (
                  <span className="truncate pl-5 italic">{t(`files.${row.kind}`)}</span>
                )}
              </div>
            );
          }
          return (
            <div
              key={row.key}
              id={`${id}-${item.index}`}
              role="treeitem"
              aria-level={row.depth + 1}
              aria-posinset={row.at}
              aria-setsize={row.of}
              aria-expanded={row.entry.type === 'directory' ? row.open : undefined}
              aria-selected={row.key === selected}
              title={exactText(row.entry.name)}
              onClick={() => click(row)}
              style={place}
              className={clsx(
                common,
                'cursor-pointer rounded-md',
                row.key === selected ? 'bg-accent-soft font-medium text-ink' : 'hover:bg-hover',
                row.key === focused &&
                  'group-focus-visible:ring-2 group-focus-visible:ring-focus group-focus-visible:ring-inset',
              )}
            >
              <EntryIcon entry={row.entry} open={row.open} />
              <bdi className="truncate">{exactText(row.entry.name)}</bdi>
              {row.entry.target !== null && <bdi className="truncate text-subtle">→ {exactText(row.entry.target)}</bdi>}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function EntryIcon({ entry, open }: { entry: TreeEntry; open: boolean }): ReactElement {
  const className = 'size-4 shrink-0 text-subtle';
  if (entry.type === 'directory') {
    const FolderIcon = open ? FolderOpen : Folder;
    return (
      <>
        <ChevronRight
          aria-hidden
          className={clsx('size-3.5 shrink-0 text-subtle transition-transform', open && 'rotate-90')}
        />
        <FolderIcon aria-hidden className="size-4 shrink-0 text-accent" />
      </>
    );
  }
  const Icon = entry.type === 'symlink' ? Link2 : entry.type === 'file' ? File : FileQuestion;
  return <Icon aria-hidden className={clsx(className, 'ml-5')} />;
}
