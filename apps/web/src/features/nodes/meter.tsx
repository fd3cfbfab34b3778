import clsx from 'clsx';
import type { ReactElement, ReactNode } from 'react';

import { strain } from './health.js';

const fill = { fine: 'bg-info', high: 'bg-warning', full: 'bg-danger' } as const;

interface MeterProps {
  label: string;
  /** 0 to 1; null if nobody knows. */
  part: number | null;
  /** The figure in words, which stands beside the bar: the bar alone says nothing. */
  children: ReactNode;
}

/** How much of something that runs out is used. */
export function Meter({ label, part, children }: MeterProps): ReactElement {
  return (
    <div className="min-w-0">
      <div className="flex items-baseline justify-between gap-3 text-sm">
        <span className="text-muted">{label}</span>
        <span className="truncate tabular">{children}</span>
      </div>
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round((part ?? 0) * 100)}
        className="mt-1 h-1.5 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset"
      >
        <div
          className={clsx('h-full rounded-full transition-[width] duration-500', fill[strain(part)])}
          style={{ width: `${(part ?? 0) * 100}%` }}
        />
      </div>
    </div>
  );
}
