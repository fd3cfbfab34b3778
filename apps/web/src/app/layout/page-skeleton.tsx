import type { ReactElement } from 'react';

export function PageSkeleton(): ReactElement {
  return <div aria-busy="true" />;
}
