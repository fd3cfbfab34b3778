import type { ComponentProps, ReactElement, ReactNode } from 'react';

import { classNames } from './class-names.js';

export interface CardProps extends Omit<ComponentProps<'section'>, 'title'> {
  title?: ReactNode;
  description?: ReactNode;
  /** At the right of the title. */
  actions?: ReactNode;
  /** No inner space: for lists and tables. */
  flush?: boolean;
}

export function Card({ title, description, actions, flush, className, children, ...rest }: CardProps): ReactElement {
  return (
    <section {...rest} className={classNames('min-w-0 rounded-lg border border-line bg-surface', className)}>
      {title || actions ? (
        <header
          className={classNames('flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-3.5', flush ? 'pb-3' : 'pb-1')}
        >
          <div className="min-w-0 flex-1">
            <h2 className="text-base font-semibold text-ink">{title}</h2>
            {description ? <p className="text-sm text-muted">{description}</p> : null}
          </div>
          {actions}
        </header>
      ) : null}
      <div className={classNames(flush ? (title || actions) && 'border-t border-line' : 'p-4')}>{children}</div>
    </section>
  );
}
