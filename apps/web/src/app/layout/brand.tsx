import type { ReactElement } from 'react';

/** The sign of the product; the same as icon.svg. */
export function BrandMark({ className }: { className?: string }): ReactElement {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={className}>
      <rect width="32" height="32" rx="8" className="fill-accent-solid" />
      <path
        d="M9 11.5 13.5 16 9 20.5M16 20.5h7"
        fill="none"
        stroke="#fff"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
