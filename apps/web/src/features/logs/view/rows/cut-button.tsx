import type { ReactElement, ReactNode } from 'react';

/** Stands where something was left out, says how much, and brings it. */
export function CutButton({ onClick, children }: { onClick: () => void; children: ReactNode }): ReactElement {
  return (
    <button
      type="button"
      onClick={onClick}
      className="my-0.5 inline-flex min-h-6 items-center rounded-md border border-dashed border-line-strong px-2 font-sans text-xs text-muted hover:bg-hover hover:text-ink max-sm:min-h-9"
    >
      {children}
    </button>
  );
}
