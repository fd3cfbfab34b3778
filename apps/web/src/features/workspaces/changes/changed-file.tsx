import type { FileChange } from '@aicode/contracts';
import { exactText } from '@aicode/log-view';
import clsx from 'clsx';
import { ChevronRight, ExternalLink } from 'lucide-react';
import { useId, useMemo, useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Button, IconButton } from '../../../ui/index.js';
import type { DiffChoices } from './diff-choices.browser.js';
import { DiffTable } from './diff-table.js';
import { largeFrom, pathParts, withoutWhitespace } from './patch.js';

interface ChangedFileProps {
  file: FileChange;
  open: boolean;
  choices: DiffChoices;
  onToggle: () => void;
  onOpenFile: () => void;
}

const tone = {
  added: 'text-success',
  untracked: 'text-success',
  modified: 'text-info',
  renamed: 'text-info',
  deleted: 'text-danger',
} as const;

/** One file of a diff: its name stays in view while its lines pass. */
export function ChangedFile({ file, open, choices, onToggle, onOpenFile }: ChangedFileProps): ReactElement {
  const { t } = useTranslation('workspaces');
  const body = useId();
  const { folder, name } = pathParts(exactText(file.path));
  return (
    <section aria-label={exactText(file.path)} className="rounded-lg border bg-surface">
      <header
        className={clsx(
          'sticky top-(--changes-top) z-10 flex min-h-10 items-center gap-2 rounded-t-lg bg-surface pr-2',
          open ? 'border-b' : 'rounded-b-lg',
        )}
      >
        <button
          type="button"
          aria-expanded={open}
          aria-controls={body}
          onClick={onToggle}
          className="flex min-h-10 min-w-0 flex-1 items-center gap-2 rounded-lg px-2 text-left hover:bg-hover"
        >
          <ChevronRight
            aria-hidden
            className={clsx('size-4 shrink-0 text-subtle transition-transform', open && 'rotate-90')}
          />
          <span className="min-w-0 font-mono text-xs break-all">
            <bdi className="text-muted">{folder}</bdi>
            <bdi className="font-semibold">{name}</bdi>
            {file.old_path !== null && (
              <span className="ml-2 text-subtle">{t('changes.renamed_from', { path: exactText(file.old_path) })}</span>
            )}
          </span>
        </button>
        <span className={clsx('shrink-0 text-xs max-sm:sr-only', tone[file.status])}>
          {t(`changes.status.${file.status}`)}
        </span>
        <LineCounts additions={file.additions} deletions={file.deletions} />
        {file.status === 'deleted' ? (
          <span aria-hidden="true" className="size-7 shrink-0 pointer-coarse:size-9" />
        ) : (
          <IconButton
            size="sm"
            icon={ExternalLink}
            label={`${t('changes.open_file')}: ${exactText(file.path)}`}
            onClick={onOpenFile}
          />
        )}
      </header>
      {open && (
        <div id={body}>
          <Body file={file} choices={choices} />
        </div>
      )}
    </section>
  );
}

export function LineCounts({ additions, deletions }: Pick<FileChange, 'additions' | 'deletions'>): ReactElement | null {
  const { t } = useTranslation('workspaces');
  if (additions === null || deletions === null || additions + deletions === 0) return null;
  return (
    <span className="shrink-0 font-mono text-xs tabular">
      <span aria-hidden>
        <span className="text-success">+{additions}</span> <span className="text-danger">−{deletions}</span>
      </span>
      <span className="sr-only">
        {t('changes.additions', { count: additions })}, {t('changes.deletions', { count: deletions })}
      </span>
    </span>
  );
}

function Body({ file, choices }: { file: FileChange; choices: DiffChoices }): ReactElement {
  const { t } = useTranslation('workspaces');
  const [anyway, setAnyway] = useState(false);
  const [whitespace, setWhitespace] = useState(false);
  const lines = (file.additions ?? 0) + (file.deletions ?? 0);
  const hide = choices.hideWhitespace && !whitespace;
  const patch = useMemo(
    () => (file.patch !== null && hide ? withoutWhitespace(file.patch) : file.patch),
    [file.patch, hide],
  );
  if (file.binary) return <Note>{t('changes.binary')}</Note>;
  if (file.patch === null && isEmptyFile(file)) return <Note>{t('changes.empty_file')}</Note>;
  if (file.patch === null) return <Note>{t(file.truncated ? 'changes.left_out_patch' : 'changes.no_patch')}</Note>;
  if (lines > largeFrom && !anyway) {
    return (
      <Note>
        {t('changes.large', { count: lines })}{' '}
        <Button size="sm" onClick={() => setAnyway(true)}>
          {t('changes.load_anyway')}
        </Button>
      </Note>
    );
  }
  if (hide && patch === '' && file.patch.includes('@@')) {
    return (
      <Note>
        {t('changes.only_whitespace')}{' '}
        <Button size="sm" onClick={() => setWhitespace(true)}>
          {t('changes.show_whitespace')}
        </Button>
      </Note>
    );
  }
  if (!patch?.includes('@@')) return <Note>{t(isEmptyFile(file) ? 'changes.empty_file' : 'changes.no_patch')}</Note>;
  return (
    <>
      <DiffTable path={exactText(file.path)} patch={patch} split={choices.split} wrap={choices.wrap} />
      {file.truncated && <Note>{t('changes.cut')}</Note>}
    </>
  );
}

/** A new file without a line. */
function isEmptyFile(file: FileChange): boolean {
  const fresh = file.status === 'untracked' || file.status === 'added';
  return fresh && file.additions === 0 && !file.truncated;
}

function Note({ children }: { children: ReactNode }): ReactElement {
  return <p className="flex flex-wrap items-center gap-2 px-4 py-3 text-sm text-muted">{children}</p>;
}
