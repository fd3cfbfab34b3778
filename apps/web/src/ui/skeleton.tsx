import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { classNames } from './class-names.js';

/** A grey bar of the size of what is loading: `className="h-4 w-32"`. */
export function Skeleton({ className }: { className?: string }): ReactElement {
  return (
    <span
      aria-hidden="true"
      className={classNames('block rounded-md bg-pressed/70 motion-safe:animate-shimmer', className)}
    />
  );
}

/** Rows that are loading, of a list's height, so that nothing jumps when they come. */
export function SkeletonRows({ rows = 5 }: { rows?: number }): ReactElement {
  const { t } = useTranslation('ui');
  return (
    <div role="status" className="divide-y divide-line rounded-lg border border-line bg-surface">
      <span className="sr-only">{t('loading')}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="flex h-13 items-center gap-4 px-4">
          <Skeleton className="size-4 rounded-full" />
          <Skeleton className={classNames('h-3.5', index % 3 === 0 ? 'w-2/5' : index % 3 === 1 ? 'w-3/5' : 'w-1/2')} />
          <Skeleton className="ml-auto h-3.5 w-14" />
        </div>
      ))}
    </div>
  );
}
