import { ChevronRight } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';

interface FoldProps {
  open: boolean;
  toggle: () => void;
  /** One line. */
  title: ReactNode;
  children?: ReactNode;
  className?: string;
}

/** Something that is one line until it is opened. Its button stays where it is. */
export function Fold({ open, toggle, title, children, className = '' }: FoldProps): ReactElement {
  return (
    <div className={`min-w-0 flex-1 ${className}`}>
      <button
        type="button"
        aria-expanded={open}
        onClick={toggle}
        className="-mx-1.5 flex min-h-7 w-[calc(100%+0.75rem)] min-w-0 items-center gap-1.5 rounded-md px-1.5 text-left hover:bg-hover max-sm:min-h-9"
      >
        <ChevronRight
          aria-hidden
          className={`size-3.5 shrink-0 text-subtle transition-transform ${open ? 'rotate-90' : ''}`}
        />
        {title}
      </button>
      {open ? children : null}
    </div>
  );
}
