import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';

import { classNames } from './class-names.js';

export const badgeTones = {
  neutral: 'bg-neutral-soft text-neutral',
  accent: 'bg-accent-soft text-accent',
  info: 'bg-info-soft text-info',
  success: 'bg-success-soft text-success',
  warning: 'bg-warning-soft text-warning',
  danger: 'bg-danger-soft text-danger',
  attention: 'bg-attention text-on-attention',
};
export type BadgeTone = keyof typeof badgeTones;

export interface BadgeProps {
  tone?: BadgeTone;
  icon?: LucideIcon;
  /** Of the icon: `motion-safe:animate-spin`. */
  iconClassName?: string | undefined;
  dashed?: boolean;
  /** The sentence that explains it, on hover. */
  title?: string | undefined;
  children: ReactNode;
}

/** A word of state. Colour never stands alone: give it an icon where the tone matters. */
export function Badge({
  tone = 'neutral',
  icon: Icon,
  iconClassName,
  dashed,
  title,
  children,
}: BadgeProps): ReactElement {
  return (
    <span
      title={title}
      className={classNames(
        'inline-flex h-5.5 max-w-full shrink-0 items-center gap-1.5 rounded-full px-2 text-xs font-medium whitespace-nowrap',
        badgeTones[tone],
        dashed && 'border border-dashed border-current',
      )}
    >
      {Icon ? <Icon aria-hidden="true" className={classNames('size-3.5 shrink-0', iconClassName)} /> : null}
      <span className="truncate">{children}</span>
    </span>
  );
}
