import type { ReactElement } from 'react';

import { classNames } from './class-names.js';

export interface MeterProps {
  /** Names it: "Memory". */
  label: string;
  value: number;
  max: number;
  /** In words, for those who do not see the bar: "1.2 GB of 4 GB". */
  text: string;
}

/** How much of something is used; amber from 75 %, red from 90 %. */
export function Meter({ label, value, max, text }: MeterProps): ReactElement {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  const colour = share >= 0.9 ? 'bg-danger' : share >= 0.75 ? 'bg-warning' : 'bg-accent';
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuetext={text}
      className="h-1.5 overflow-hidden rounded-full bg-pressed"
    >
      <div
        className={classNames('h-full rounded-full transition-[width]', colour)}
        style={{ width: `${share * 100}%` }}
      />
    </div>
  );
}
