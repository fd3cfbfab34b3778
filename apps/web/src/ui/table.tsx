import type { ComponentProps, ReactElement } from 'react';

import { classNames } from './class-names.js';

export interface TableProps extends ComponentProps<'table'> {
  /** Says what the table shows; heard, not seen. */
  caption: string;
}

/** A table in a card that scrolls sideways where it does not fit. On a phone lists read better: see `List`. */
export function Table({ caption, className, children, ...rest }: TableProps): ReactElement {
  return (
    <div className="relative overflow-x-auto rounded-lg border border-line bg-surface">
      <table {...rest} className={classNames('w-full border-collapse text-left text-base', className)}>
        <caption className="sr-only">{caption}</caption>
        {children}
      </table>
    </div>
  );
}

export function Th({ className, ...rest }: ComponentProps<'th'>): ReactElement {
  return (
    <th
      scope="col"
      {...rest}
      className={classNames(
        'h-9 border-b border-line px-3 text-xs font-medium whitespace-nowrap text-muted',
        className,
      )}
    />
  );
}

export function Td({ className, ...rest }: ComponentProps<'td'>): ReactElement {
  return <td {...rest} className={classNames('h-11 px-3 align-middle', className)} />;
}

/** A row with a line above all but the first; `interactive` lights up under the pointer. */
export function Tr({
  interactive,
  className,
  ...rest
}: ComponentProps<'tr'> & { interactive?: boolean }): ReactElement {
  return (
    <tr
      {...rest}
      className={classNames('border-t border-line first:border-t-0', interactive && 'hover:bg-hover', className)}
    />
  );
}
