import { isFinal, type Task } from '@aicode/contracts';
import { useNavigate } from '@tanstack/react-router';
import { Info } from 'lucide-react';
import { lazy, Suspense, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { SkeletonRows } from '../../../ui/index.js';

const WorkspaceChanges = lazy(async () => ({
  default: (await import('../../workspaces/changes/changes-tab.js')).ChangesTab,
}));

/** What was changed in the task's workspace since its last commit. */
export function ChangesTab({ task }: { task: Task }): ReactElement {
  const { t } = useTranslation('tasks');
  const navigate = useNavigate();
  const toFiles = (path?: string): void => {
    void navigate({
      to: '/workspaces/$id',
      params: { id: task.workspace_id },
      search: { tab: 'files', ...(path === undefined ? {} : { path }) },
    });
  };
  return (
    <>
      <p className="mb-3 flex items-start gap-1.5 text-sm text-muted">
        <Info aria-hidden className="mt-0.5 size-3.5 shrink-0" />
        {isFinal(task.state) ? t('changes.of') : t('changes.sofar')}
      </p>
      <Suspense fallback={<SkeletonRows rows={4} />}>
        <WorkspaceChanges id={task.workspace_id} onOpenFile={toFiles} onFiles={() => toFiles()} />
      </Suspense>
    </>
  );
}
