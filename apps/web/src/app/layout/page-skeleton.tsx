import type { ReactElement } from 'react';

import { Skeleton, SkeletonRows } from '../../ui/index.js';

/** While a page is loading. */
export function PageSkeleton(): ReactElement {
  return (
    <div>
      <Skeleton className="mb-6 h-7 w-48" />
      <SkeletonRows rows={6} />
    </div>
  );
}
