import type { Workspace } from '@aicode/contracts';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Activity, Files, GitCompare, ListTodo, Plus, Settings, SquareTerminal } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';

import { useFilters } from '../../../app/use-filters.js';
import {
  ButtonLink,
  Callout,
  Empty,
  ErrorState,
  isMissing,
  PageHeader,
  SkeletonRows,
  Tabs,
} from '../../../ui/index.js';
import { SourceLine, WorkspaceBadge } from '../badges.js';
import { ChangesTab } from '../changes/changes-tab.js';
import { FilesTab } from '../files/files-tab.js';
import { useTold, type Concerns } from '../live/use-told.browser.js';
import { oneWorkspace } from '../queries.browser.js';
import { ResourcesTab } from '../resources/resources-tab.js';
import { SettingsTab } from '../settings/settings-tab.js';
import { TasksTab } from '../tasks/tasks-tab.js';
import { useMay } from '../use-may.browser.js';
import { ContainerControls } from './container-controls.js';

const tabNames = ['tasks', 'files', 'changes', 'resources', 'settings'] as const;
const filters = z.object({ tab: z.enum(tabNames).catch('tasks'), file: z.string().optional().catch(undefined) });

const concerns: Concerns = {
  task: [
    ['tasks', 'of-workspace'],
    ['workspaces', 'diff'],
    ['workspaces', 'directory'],
  ],
  container: [['workspaces', 'stats']],
};

export function WorkspacePage(): ReactElement {
  const { t } = useTranslation('workspaces');
  useTold(concerns);
  const { id } = useParams({ from: '/signed-in/workspaces/$id' });
  const { data, error, refetch, isFetching } = useQuery({
    ...oneWorkspace(id),
    refetchInterval: (query) => (query.state.data && query.state.data.state !== 'ready' ? 2_000 : 30_000),
  });
  if (isMissing(error)) {
    return (
      <>
        <PageHeader title={t('not_found')} back={{ label: t('back'), to: '/workspaces' }} />
        <Empty
          icon={SquareTerminal}
          title={t('not_found')}
          actions={<ButtonLink to="/workspaces">{t('back')}</ButtonLink>}
        >
          {t('not_found_text')}
        </Empty>
      </>
    );
  }
  if (data) return <Shown key={id} workspace={data} />;
  return (
    <>
      <PageHeader title={t('title')} back={{ label: t('back'), to: '/workspaces' }} />
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} retrying={isFetching} />
      ) : (
        <SkeletonRows rows={5} />
      )}
    </>
  );
}

function Shown({ workspace }: { workspace: Workspace }): ReactElement {
  const { t } = useTranslation('workspaces');
  const may = useMay();
  const [{ tab, file }, setFilters] = useFilters(filters);
  const openFile = (path: string): void => setFilters({ tab: 'files', file: path }, { push: true });
  return (
    <>
      <PageHeader
        title={workspace.name}
        heading={<bdi>{workspace.name}</bdi>}
        badge={<WorkspaceBadge state={workspace.state} />}
        back={{ label: t('back'), to: '/workspaces' }}
        description={<SourceLine source={workspace.source} />}
        actions={
          <>
            {workspace.state === 'ready' && <ContainerControls workspace={workspace} />}
            {may('tasks.create') && workspace.state !== 'deleting' && (
              <ButtonLink to="/tasks" search={{ new: true, workspace: workspace.id }} variant="primary" icon={Plus}>
                {t('new_task')}
              </ButtonLink>
            )}
          </>
        }
      />
      {workspace.state !== 'ready' && (
        <Callout
          tone={workspace.state === 'failed' ? 'danger' : 'info'}
          title={workspace.reason ?? t(`state.${workspace.state}`)}
          className="mb-4"
        >
          {t(`state_text.${workspace.state}`)}
        </Callout>
      )}
      <Tabs
        label={t('tabs')}
        value={tab}
        onChange={(next) => setFilters({ tab: next })}
        panelClassName="pt-4"
        tabs={[
          { value: 'tasks', label: t('tab.tasks'), icon: ListTodo, content: <TasksTab workspace={workspace} /> },
          {
            value: 'files',
            label: t('tab.files'),
            icon: Files,
            content: (
              <FilesTab
                id={workspace.id}
                file={file ?? null}
                onFile={(path) => setFilters({ file: path ?? undefined })}
              />
            ),
          },
          {
            value: 'changes',
            label: t('tab.changes'),
            icon: GitCompare,
            content: (
              <ChangesTab id={workspace.id} onOpenFile={openFile} onFiles={() => setFilters({ tab: 'files' })} />
            ),
          },
          {
            value: 'resources',
            label: t('tab.resources'),
            icon: Activity,
            content: <ResourcesTab workspace={workspace} />,
          },
          {
            value: 'settings',
            label: t('tab.settings'),
            icon: Settings,
            content: <SettingsTab workspace={workspace} />,
          },
        ]}
      />
    </>
  );
}
