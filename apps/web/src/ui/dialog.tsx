import { Dialog as Radix } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';

import { classNames } from './class-names.js';
import { CloseButton, focusFirstField } from './close-button.js';

const widths = { sm: 'sm:max-w-md', md: 'sm:max-w-xl', lg: 'sm:max-w-3xl' };

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** One sentence below the title. */
  description?: ReactNode;
  children?: ReactNode;
  /** Buttons at the bottom right, the main one last. */
  footer?: ReactNode;
  size?: keyof typeof widths;
  /** False: only its own buttons close it. */
  dismissible?: boolean;
  /** Above other dialogs. */
  topmost?: boolean;
}

/** A dialog in the middle; on a phone a sheet at the bottom. A form goes around `footer` by `<form id>` and `form="id"`. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  size = 'sm',
  dismissible = true,
  topmost = false,
}: DialogProps): ReactElement {
  const stay = (event: Event): void => {
    if (!dismissible) event.preventDefault();
  };
  const layer = topmost ? 'z-60' : 'z-50';
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={classNames('fixed inset-0 bg-scrim animate-fade-in', layer)} />
        <Radix.Content
          onOpenAutoFocus={focusFirstField}
          onEscapeKeyDown={stay}
          onPointerDownOutside={stay}
          onInteractOutside={stay}
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={classNames(
            'fixed inset-x-0 bottom-0 flex max-h-[92dvh] flex-col rounded-t-xl border border-line bg-surface shadow-overlay outline-none animate-sheet-in',
            'sm:inset-auto sm:top-1/2 sm:left-1/2 sm:max-h-[85dvh] sm:w-[calc(100%-2rem)] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-xl sm:animate-fade-in',
            widths[size],
            layer,
          )}
        >
          <header className="flex items-start gap-3 px-5 pt-5 pb-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg font-semibold text-ink">{title}</Radix.Title>
              {description ? (
                <Radix.Description asChild>
                  <div className="mt-1 text-base text-muted">{description}</div>
                </Radix.Description>
              ) : null}
            </div>
            {dismissible ? <CloseButton className="-mt-1 -mr-2" /> : null}
          </header>
          {/* Room for the focus rings of the fields, which scrolling would cut. */}
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-1">{children}</div>
          {footer ? (
            <footer className="flex flex-wrap justify-end gap-2 px-5 pt-4 pb-[max(1.25rem,env(safe-area-inset-bottom))]">
              {footer}
            </footer>
          ) : (
            <div className="h-5 shrink-0" />
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
