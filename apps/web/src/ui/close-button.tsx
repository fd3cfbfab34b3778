import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { classNames } from './class-names.js';

/** At the corner of a dialog. Without a tooltip: that would take the Escape that means the dialog. */
export function CloseButton({ className }: { className?: string }): ReactElement {
  const { t } = useTranslation('ui');
  return (
    <Radix.Close
      aria-label={t('close')}
      className={classNames(
        'flex size-7 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink pointer-coarse:size-9',
        className,
      )}
    >
      <X aria-hidden="true" className="size-4" />
    </Radix.Close>
  );
}

/** A dialog opens in its first field, or at its beginning if it has none: never on its close button. */
export function focusFirstField(event: Event): void {
  const { currentTarget: dialog } = event;
  if (!(dialog instanceof HTMLElement)) return;
  event.preventDefault();
  const field = dialog.querySelector<HTMLElement>('input:not([type=hidden], :disabled), textarea, select');
  (field ?? dialog).focus();
}
