import { Fragment, type ReactElement, type ReactNode } from 'react';

/** Names and values, in two columns. `null` leaves a line out. */
export function DescriptionList({ items }: { items: ([string, ReactNode] | null)[] }): ReactElement {
  return (
    <dl className="grid grid-cols-[minmax(6rem,max-content)_1fr] gap-x-6 gap-y-2 text-base">
      {items.map((item) =>
        item ? (
          <Fragment key={item[0]}>
            <dt className="text-muted">{item[0]}</dt>
            <dd className="min-w-0 break-words text-ink">{item[1]}</dd>
          </Fragment>
        ) : null,
      )}
    </dl>
  );
}
