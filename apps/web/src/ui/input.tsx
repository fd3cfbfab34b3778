import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactElement } from 'react';

import { classNames } from './class-names.js';
import { useFieldControl } from './field.js';

// 16 px on a phone: smaller makes Safari zoom into the page.
export const controlLook =
  'w-full min-w-0 rounded-md border border-line-strong bg-surface px-3 text-lg text-ink sm:text-base transition-colors hover:border-muted focus-visible:border-accent focus-visible:outline-offset-0 aria-invalid:border-danger disabled:cursor-not-allowed disabled:bg-sunken disabled:text-subtle';

export interface InputProps extends ComponentProps<'input'> {
  /** Before the text: a magnifying glass. */
  icon?: LucideIcon;
}

export function Input({ icon: Icon, className, ...rest }: InputProps): ReactElement {
  const control = useFieldControl();
  const look = classNames(controlLook, 'h-9 pointer-coarse:h-11', Icon && 'pl-8.5', className);
  if (!Icon) return <input {...control} {...rest} className={look} />;
  return (
    <span className="relative flex min-w-0 flex-1">
      <Icon
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-subtle"
      />
      <input {...control} {...rest} className={look} />
    </span>
  );
}

export function Textarea({ className, ...rest }: ComponentProps<'textarea'>): ReactElement {
  return <textarea rows={4} {...useFieldControl()} {...rest} className={classNames(controlLook, 'py-2', className)} />;
}
