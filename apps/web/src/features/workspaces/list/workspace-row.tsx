import type { Workspace } from '@aicode/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { LoaderCircle } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Time } from '../../../ui/index.js';
import { containersAre } from '../container-state.js';
import { ContainerBadge, NetworkWord, SourceLine, WorkspaceBadge } from '../badges.js';
import { workspaceStats } from '../queries.browser.js';

/** One workspace of the list: what it is, whether it works, what it may reach. */
export function WorkspaceRow({ workspace, atWork }: { workspace: Workspace; atWork: number }): ReactElement {
  const { t } = useTranslation('workspaces');
  const stats = useQuery({
    ...workspaceStats(workspace.id),
    enabled: workspace.state === 'ready',
    refetchInterval: 15_000,
    staleTime: 10_000,
  });
  return (
    <li className="relative flex min-w-0 flex-col gap-3 rounded-lg border border-line bg-surface p-4 hover:border-line-strong hover:bg-hover">
      <div className="flex min-w-0 items-start justify-between gap-3">
        <div className="min-w-0">
          <Link
            to="/workspaces/$id"
            params={{ id: workspace.id }}
            className="block truncate rounded-sm font-semibold after:absolute after:inset-0 after:rounded-lg"
          >
            <bdi>{workspace.name}</bdi>
          </Link>
          <SourceLine source={workspace.source} />
        </div>
        {workspace.state === 'ready' ? (
          <Time value={workspace.created_at} className="shrink-0 pt-0.5 text-xs text-muted" />
        ) : (
          <WorkspaceBadge state={workspace.state} />
        )}
      </div>
      {workspace.reason !== null && <p className="line-clamp-3 text-sm break-words text-danger">{workspace.reason}</p>}
      <div className="mt-auto flex flex-wrap items-center gap-x-3 gap-y-2 text-xs text-muted">
        {atWork > 0 && (
          <span className="inline-flex items-center gap-1.5 font-medium text-info">
            <LoaderCircle aria-hidden="true" className="size-3.5 motion-safe:animate-spin" />
            {t('tasks_at_work', { count: atWork })}
          </span>
        )}
        {stats.data && <ContainerBadge are={containersAre(stats.data)} />}
        <NetworkWord network={workspace.container.network} />
      </div>
    </li>
  );
}
