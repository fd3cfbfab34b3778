import type { Summary } from '@aicode/contracts';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { ButtonLink, ErrorState, PageHeader, Skeleton, SkeletonRows } from '../../ui/index.js';
import { useTold, useWorkspaceNames, type Concerns } from '../workspaces/index.js';
import { Figures } from './figure-tiles.js';
import { FirstUse } from './first-use.js';
import { isFirstUse } from './figures.js';
import { Machines } from './machines.js';
import { summary } from './queries.browser.js';
import { AtWork, EndedLately } from './task-lists.js';
import { Containers, UsedToday } from './today.js';

const concerns: Concerns = { task: [['summary'], ['tasks', 'home']], container: [['summary']] };

/** What goes on here, at one look; each figure leads to its list. */
export function HomePage(): ReactElement {
  const { t } = useTranslation('home');
  useTold(concerns);
  const { data, error, refetch, isFetching } = useQuery(summary());
  const names = useWorkspaceNames();
  const first = data !== undefined && isFirstUse(data);
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          data && !first ? (
            <ButtonLink to="/tasks" search={{ new: true }} variant="primary" icon={Plus}>
              {t('new_task')}
            </ButtonLink>
          ) : null
        }
      />
      {data ? (
        first ? (
          <FirstUse workspaces={names.size} />
        ) : (
          <Overview data={data} names={names} />
        )
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} retrying={isFetching} />
      ) : (
        <Loading />
      )}
    </>
  );
}

function Overview({ data, names }: { data: Summary; names: ReadonlyMap<string, string> }): ReactElement {
  return (
    <div className="flex flex-col gap-4">
      <Figures data={data} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <AtWork data={data} names={names} />
          <EndedLately tasks={data.ended} names={names} />
        </div>
        <div className="grid min-w-0 gap-4 sm:grid-cols-2 lg:grid-cols-1">
          <UsedToday data={data} />
          <Containers counts={data.containers} />
          <Machines nodes={data.nodes} />
        </div>
      </div>
    </div>
  );
}

function Loading(): ReactElement {
  return (
    <div className="flex flex-col gap-4">
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        {[0, 1, 2, 3].map((index) => (
          <Skeleton key={index} className="h-26" />
        ))}
      </div>
      <SkeletonRows rows={6} />
    </div>
  );
}
