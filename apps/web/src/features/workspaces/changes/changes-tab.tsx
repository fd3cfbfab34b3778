import type { WorkspaceDiff } from '@aicode/contracts';
import { useQuery } from '@tanstack/react-query';
import { FolderGit2, GitCompare } from 'lucide-react';
import { useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button, Callout, Empty, ErrorState, SkeletonRows } from '../../../ui/index.js';
import { workspaceDiff } from '../queries.browser.js';
import { ChangedFile } from './changed-file.js';
import { ChangesToolbar } from './changes-toolbar.js';
import { useDiffChoices, useWide } from './diff-choices.browser.js';
import { foldedAtFirst } from './patch.js';

interface ChangesTabProps {
  id: string;
  onOpenFile: (path: string) => void;
  onFiles: () => void;
}

/** What was changed since the last commit. Until git has answered it never says that nothing was. */
export function ChangesTab({ id, onOpenFile, onFiles }: ChangesTabProps): ReactElement {
  const { t } = useTranslation('workspaces');
  const { data, error, refetch, isFetching } = useQuery(workspaceDiff(id));
  const again = (): void => void refetch();
  if (error && !data) return <ErrorState error={error} onRetry={again} retrying={isFetching} />;
  if (!data) {
    return (
      <>
        <p role="status" className="mb-3 text-sm text-muted">
          {t('changes.loading')}
        </p>
        <SkeletonRows rows={4} />
      </>
    );
  }
  if (data.base === null) {
    return (
      <Empty
        icon={FolderGit2}
        title={t('changes.no_git')}
        actions={<Button onClick={onFiles}>{t('changes.to_files')}</Button>}
      >
        <p>{t('changes.no_git_text')}</p>
        <p className="mt-2">{t('changes.no_git_init')}</p>
      </Empty>
    );
  }
  if (data.files.length === 0) {
    return (
      <Empty
        icon={GitCompare}
        title={t('changes.none')}
        actions={
          <Button onClick={again} busy={isFetching}>
            {t('changes.refresh')}
          </Button>
        }
      >
        {t('changes.none_text', { base: data.base.slice(0, 10) })}
      </Empty>
    );
  }
  return (
    <>
      {error && (
        <Callout tone="warning" className="mb-3">
          {error.message}
        </Callout>
      )}
      <Changes diff={data} base={data.base} onOpenFile={onOpenFile} onRefresh={again} refreshing={isFetching} />
    </>
  );
}

interface ChangesProps {
  diff: WorkspaceDiff;
  base: string;
  onOpenFile: (path: string) => void;
  onRefresh: () => void;
  refreshing: boolean;
}

function Changes({ diff, base, onOpenFile, onRefresh, refreshing }: ChangesProps): ReactElement {
  const { t } = useTranslation('workspaces');
  const [choices, choose] = useDiffChoices();
  const wide = useWide();
  const folded = useMemo(() => foldedAtFirst(diff.files), [diff.files]);
  // What a person opened or folded, by path; the rest is as it began.
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const isOpen = (path: string): boolean => toggled.get(path) ?? !folded.has(path);
  const all = diff.files.every((file) => isOpen(file.path));
  return (
    <div className="flex flex-col gap-3">
      <ChangesToolbar
        files={diff.files}
        base={base}
        choices={choices}
        choose={choose}
        wide={wide}
        allOpen={all}
        onToggleAll={() => setToggled(new Map(diff.files.map((file) => [file.path, !all])))}
        onRefresh={onRefresh}
        refreshing={refreshing}
      />
      {diff.truncated && <Callout tone="warning">{t('changes.truncated')}</Callout>}
      {diff.files.map((file) => (
        <ChangedFile
          key={file.path}
          file={file}
          open={isOpen(file.path)}
          choices={wide ? choices : { ...choices, split: false }}
          onToggle={() => setToggled((before) => new Map(before).set(file.path, !isOpen(file.path)))}
          onOpenFile={() => onOpenFile(file.path)}
        />
      ))}
    </div>
  );
}
