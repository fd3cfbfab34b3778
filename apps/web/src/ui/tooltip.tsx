import { Tooltip as Radix } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';

import { Kbd } from './kbd.js';

export const TooltipProvider = Radix.Provider;

export interface TooltipProps {
  text: ReactNode;
  shortcut?: string | undefined;
  side?: 'top' | 'right' | 'bottom' | 'left';
  /** One element that can have the focus, or at least the pointer. */
  children: ReactElement;
}

/** More about its child on hover and focus. Never the only place of something that is needed: touch has no hover. */
export function Tooltip({ text, shortcut, side = 'top', children }: TooltipProps): ReactElement {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-70 flex max-w-72 items-center gap-2 rounded-md border border-line bg-raised px-2 py-1 text-xs text-ink shadow-overlay animate-fade-in"
        >
          <span className="min-w-0 break-words">{text}</span>
          {shortcut ? <Kbd keys={shortcut} /> : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
