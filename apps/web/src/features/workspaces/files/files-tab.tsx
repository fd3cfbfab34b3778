import { useQueries, useQueryClient } from '@tanstack/react-query';
import { FileText, FolderOpen, RefreshCw } from 'lucide-react';
import { useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { classNames, Empty, ErrorState, IconButton, messageOf } from '../../../ui/index.js';
import { directory } from '../queries.browser.js';
import { FileTreeView } from './file-tree-view.js';
import { directoriesAbove, rootPath, treeRows, type Listing } from './file-tree.js';
import { FileView } from './file-view.js';

interface FilesTabProps {
  id: string;
  /** The chosen file's path, kept in the page's address. */
  file: string | null;
  onFile: (path: string | null) => void;
}

/** The tree at the left, the file at the right; on a phone one after the other. */
export function FilesTab({ id, file, onFile }: FilesTabProps): ReactElement {
  const { t } = useTranslation('workspaces');
  const client = useQueryClient();
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(file ? directoriesAbove(file) : []));
  const [shownFile, setShownFile] = useState(file);
  if (file !== shownFile) {
    // Chosen elsewhere, such as in the changes: what lies above it is opened.
    setShownFile(file);
    if (file) setOpen(new Set([...open, ...directoriesAbove(file)]));
  }

  const paths = useMemo(() => [rootPath, ...open], [open]);
  const listings = useQueries({
    queries: paths.map((path) => directory(id, path)),
    combine: (results) =>
      new Map(
        results.map(({ data, error, isFetching }, index): [string, Listing] => [
          paths[index] ?? rootPath,
          data
            ? { state: 'loaded', entries: data.entries, truncated: data.truncated }
            : error && !isFetching
              ? { state: 'failed', message: messageOf(error) }
              : { state: 'loading' },
        ]),
      ),
  });
  const rows = useMemo(() => treeRows((path) => listings.get(path) ?? { state: 'loading' }, open), [listings, open]);
  const chosen = rows.find((row) => row.kind === 'entry' && row.key === file);
  const entry = chosen?.kind === 'entry' ? chosen.entry : null;
  const root = listings.get(rootPath);
  const again = (path?: string): void =>
    void client.invalidateQueries({
      queryKey: path === undefined ? ['workspaces', 'directory', id] : directory(id, path).queryKey,
    });

  if (root?.state === 'failed') {
    return <ErrorState error={new Error(root.message)} onRetry={() => again(rootPath)} />;
  }
  if (root?.state === 'loaded' && root.entries.length === 0) {
    return (
      <Empty icon={FolderOpen} title={t('files.no_files')}>
        {t('files.no_files_text')}
      </Empty>
    );
  }
  return (
    <div className="grid h-[calc(100dvh-15rem)] min-h-100 grid-cols-1 overflow-hidden rounded-lg border border-line bg-surface md:grid-cols-[17rem_minmax(0,1fr)]">
      <div
        className={classNames(
          'flex min-h-0 min-w-0 flex-col border-line md:border-r',
          file !== null && 'max-md:hidden',
        )}
      >
        <div className="flex h-10 shrink-0 items-center justify-between border-b border-line pr-1 pl-3">
          <span className="text-xs font-medium text-muted">{t('tab.files')}</span>
          <IconButton size="sm" icon={RefreshCw} label={t('files.refresh')} onClick={() => again()} />
        </div>
        <div className="min-h-0 flex-1 px-1">
          <FileTreeView
            rows={rows}
            selected={file}
            onToggle={(path, opened) =>
              setOpen((before) => new Set(opened ? [...before, path] : [...before].filter((other) => other !== path)))
            }
            onSelect={onFile}
            onRetry={again}
          />
        </div>
      </div>
      <div className={classNames('min-h-0 min-w-0', file === null && 'max-md:hidden')}>
        {file === null ? (
          <Empty icon={FileText} title={t('files.none')} className="h-full justify-center border-0">
            {t('files.none_text')}
          </Empty>
        ) : (
          <FileView key={file} id={id} path={file} entry={entry} onClose={() => onFile(null)} />
        )}
      </div>
    </div>
  );
}
