import type { FileEntry } from '@aicode/contracts';
import { exactText } from '@aicode/log-view';
import { useQuery } from '@tanstack/react-query';
import { ChevronLeft, FileLock, FileQuestion, Link2, WrapText } from 'lucide-react';
import { useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { readPreference, writePreference } from '../../../app/preference.js';
import {
  Bytes,
  Callout,
  CopyButton,
  Empty,
  ErrorState,
  formatBytes,
  IconButton,
  Skeleton,
  Time,
} from '../../../ui/index.js';
import { pathParts } from '../changes/patch.js';
import { CodeView } from '../code/code-view.js';
import { fileContent } from '../queries.browser.js';

interface FileViewProps {
  id: string;
  path: string;
  /** What the tree knows of it; null while that is loading. */
  entry: Pick<FileEntry, 'type' | 'target'> | null;
  onClose: () => void;
}

const wrapKey = 'aicode.files.wrap';

/** One file: its text, or why there is none to see. */
export function FileView({ id, path, entry, onClose }: FileViewProps): ReactElement {
  const { t, i18n } = useTranslation('workspaces');
  const [wrap, setWrap] = useState(() => readPreference(wrapKey) === 'true');
  const special = entry !== null && entry.type !== 'file';
  const { data, error, refetch, isFetching } = useQuery({ ...fileContent(id, path), enabled: !special });
  const { folder, name } = pathParts(exactText(path));
  const text = data?.content ?? null;
  const middle = 'h-full justify-center border-0';

  const body = (): ReactNode => {
    if (entry?.type === 'symlink') {
      return (
        <Empty icon={Link2} title={t('files.symlink', { target: exactText(entry.target ?? '?') })} className={middle}>
          {t('files.symlink_text')}
        </Empty>
      );
    }
    if (special) {
      return (
        <Empty icon={FileQuestion} title={t('files.special')} className={middle}>
          {t('files.special_text')}
        </Empty>
      );
    }
    if (error)
      return <ErrorState error={error} onRetry={() => void refetch()} retrying={isFetching} className="border-0" />;
    if (!data) return <Loading />;
    if (text === null) {
      return (
        <Empty icon={FileLock} title={t('files.binary')} className={middle}>
          {t('files.binary_text', { size: formatBytes(data.size, i18n.language) })}
        </Empty>
      );
    }
    if (text === '') return <Empty icon={FileQuestion} title={t('files.empty_file')} className={middle} />;
    return <CodeView path={path} text={text} wrap={wrap} label={t('files.content_of', { path: exactText(path) })} />;
  };

  return (
    <section aria-label={exactText(path)} className="flex h-full min-w-0 flex-col">
      <header className="flex min-h-10 shrink-0 items-center gap-1 border-b border-line px-2">
        <span className="md:hidden">
          <IconButton size="sm" icon={ChevronLeft} label={t('files.close')} onClick={onClose} />
        </span>
        <h2 className="min-w-0 flex-1 truncate px-1 font-mono text-xs">
          <bdi className="text-muted">{folder}</bdi>
          <bdi className="font-semibold">{name}</bdi>
        </h2>
        {data && (
          <span className="shrink-0 text-xs text-muted max-lg:hidden">
            <Bytes value={data.size} /> · <Time value={data.modified_at} />
          </span>
        )}
        <IconButton
          size="sm"
          icon={WrapText}
          label={t('files.wrap')}
          aria-pressed={wrap}
          className={wrap ? 'bg-accent-soft text-accent' : ''}
          onClick={() => {
            writePreference(wrapKey, String(!wrap));
            setWrap(!wrap);
          }}
        />
        <CopyButton text={text ?? path} label={text === null ? t('files.copy_path') : t('files.copy')} />
      </header>
      {data?.truncated && (
        <Callout tone="warning" className="m-2">
          {t('files.cut', { size: formatBytes(data.size, i18n.language) })}
        </Callout>
      )}
      <div className="min-h-0 flex-1">{body()}</div>
    </section>
  );
}

function Loading(): ReactElement {
  const { t } = useTranslation('workspaces');
  return (
    <div role="status" className="flex flex-col gap-2.5 p-4">
      <span className="sr-only">{t('files.loading')}</span>
      {['w-1/3', 'w-1/2', 'w-2/5', 'w-3/5', 'w-1/4', 'w-1/2'].map((width, index) => (
        <Skeleton key={index} className={`h-3.5 ${width}`} />
      ))}
    </div>
  );
}
