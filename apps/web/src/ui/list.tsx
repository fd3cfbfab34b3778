import type { ComponentProps, ReactElement } from 'react';

import { classNames } from './class-names.js';

/** Rows in a card: the shape of a list at every width. */
export function List({ className, ...rest }: ComponentProps<'ul'>): ReactElement {
  return (
    <ul
      {...rest}
      className={classNames('divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface', className)}
    />
  );
}

/**
 * A row. Give its main link `className="row-link"`: the whole row then follows it, and other buttons in it stay their own.
 */
export function ListRow({ className, ...rest }: ComponentProps<'li'>): ReactElement {
  return (
    <li
      {...rest}
      className={classNames(
        'relative flex min-w-0 items-center gap-3 px-4 py-2.5 hover:bg-hover has-[.row-link:focus-visible]:outline-2 has-[.row-link:focus-visible]:-outline-offset-2 has-[.row-link:focus-visible]:outline-focus',
        className,
      )}
    />
  );
}
