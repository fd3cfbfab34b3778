import type { Workspace } from '@aicode/contracts';
import { useQuery } from '@tanstack/react-query';
import { FolderPlus, Search, SquareTerminal } from 'lucide-react';
import { useMemo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';

import { useFilters } from '../../../app/use-filters.js';
import { Button, CodeBlock, Empty, ErrorState, Input, PageHeader, SkeletonRows } from '../../../ui/index.js';
import { CreateDialog } from '../create/create-dialog.js';
import { useTold, type Concerns } from '../live/use-told.browser.js';
import { allWorkspaces, tasksAtWork } from '../queries.browser.js';
import { useMay } from '../use-may.browser.js';
import { matching } from './matching.js';
import { WorkspaceRow } from './workspace-row.js';

const filters = z.object({ q: z.string().catch(''), create: z.boolean().catch(false) });

const concerns: Concerns = { task: [['tasks', 'at-work']], container: [['workspaces', 'stats']] };

export function WorkspacesPage(): ReactElement {
  const { t } = useTranslation('workspaces');
  useTold(concerns);
  const may = useMay();
  const [{ q, create }, setFilters] = useFilters(filters);
  const { data, error, refetch, isFetching } = useQuery(allWorkspaces());
  const shown = useMemo(() => matching(data ?? [], q), [data, q]);
  const begin = (): void => setFilters({ create: true }, { push: true });
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('lead')}
        actions={
          may('workspaces.create') ? (
            <Button variant="primary" icon={FolderPlus} onClick={begin}>
              {t('new')}
            </Button>
          ) : null
        }
      />
      {data ? (
        data.length === 0 ? (
          <Nothing mayCreate={may('workspaces.create')} onCreate={begin} />
        ) : (
          <>
            <div className="mb-3 flex flex-wrap items-center gap-3">
              <div className="w-full sm:w-72">
                <Input
                  icon={Search}
                  type="search"
                  aria-label={t('search')}
                  placeholder={t('search')}
                  value={q}
                  onChange={(event) => setFilters({ q: event.target.value })}
                />
              </div>
              <p aria-live="polite" className="text-sm text-muted">
                {t('count', { count: shown.length })}
              </p>
            </div>
            {shown.length === 0 ? (
              <Empty
                icon={Search}
                title={t('no_match', { name: q })}
                actions={<Button onClick={() => setFilters({ q: '' })}>{t('clear')}</Button>}
              />
            ) : (
              <Rows workspaces={shown} />
            )}
          </>
        )
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} retrying={isFetching} />
      ) : (
        <SkeletonRows rows={5} />
      )}
      <CreateDialog open={create} workspaces={data ?? []} onClose={() => setFilters({ create: false })} />
    </>
  );
}

function Rows({ workspaces }: { workspaces: readonly Workspace[] }): ReactElement {
  const { t } = useTranslation('workspaces');
  const { data: atWork } = useQuery(tasksAtWork());
  return (
    <ul aria-label={t('title')} className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
      {workspaces.map((workspace) => (
        <WorkspaceRow key={workspace.id} workspace={workspace} atWork={atWork?.get(workspace.id) ?? 0} />
      ))}
    </ul>
  );
}

function Nothing({ mayCreate, onCreate }: { mayCreate: boolean; onCreate: () => void }): ReactElement {
  const { t } = useTranslation('workspaces');
  if (!mayCreate) {
    return (
      <Empty icon={SquareTerminal} title={t('empty')}>
        {t('empty_forbidden')}
      </Empty>
    );
  }
  return (
    <Empty
      icon={SquareTerminal}
      title={t('empty')}
      actions={
        <Button variant="primary" icon={FolderPlus} onClick={onCreate}>
          {t('new')}
        </Button>
      }
    >
      <p>{t('empty_text')}</p>
      <p className="mt-4 mb-1 text-sm">{t('empty_terminal')}</p>
      <CodeBlock label={t('empty_terminal')} code="aicli workspace create my-project --path ." className="text-left" />
    </Empty>
  );
}
