import { Dialog as Radix } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';

import { classNames } from './class-names.js';
import { CloseButton, focusFirstField } from './close-button.js';

export interface SheetProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  side?: 'left' | 'right';
  children: ReactNode;
}

/** A panel over the page from one side; on a phone as wide as the page. */
export function Sheet({ open, onOpenChange, title, side = 'right', children }: SheetProps): ReactElement {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 bg-scrim animate-fade-in" />
        <Radix.Content
          onOpenAutoFocus={focusFirstField}
          aria-describedby={undefined}
          className={classNames(
            'fixed inset-y-0 z-50 flex w-full flex-col border-line bg-surface pb-[env(safe-area-inset-bottom)] shadow-overlay outline-none animate-fade-in sm:max-w-md',
            side === 'left' ? 'left-0 sm:border-r' : 'right-0 sm:border-l',
          )}
        >
          <header className="flex h-14 shrink-0 items-center gap-3 border-b border-line px-4">
            <Radix.Title className="min-w-0 flex-1 truncate text-lg font-semibold">{title}</Radix.Title>
            <CloseButton />
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto p-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
