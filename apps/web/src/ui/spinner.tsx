import { LoaderCircle } from 'lucide-react';
import type { ReactElement } from 'react';

import { classNames } from './class-names.js';

/** Turns; stands still under reduced motion. Says nothing by itself: put words beside it. */
export function Spinner({ className }: { className?: string }): ReactElement {
  return <LoaderCircle aria-hidden="true" className={classNames('size-4 motion-safe:animate-spin', className)} />;
}
