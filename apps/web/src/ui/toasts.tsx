import { CircleAlert, CircleCheck, Info, X, type LucideIcon } from 'lucide-react';
import { Toast as Radix } from 'radix-ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button, IconButton } from './button.js';
import { classNames } from './class-names.js';
import { useToasts, type Toast } from './toast-store.js';

const looks = {
  info: { icon: Info, colour: 'text-info' },
  success: { icon: CircleCheck, colour: 'text-success' },
  danger: { icon: CircleAlert, colour: 'text-danger' },
} satisfies Record<Toast['tone'], { icon: LucideIcon; colour: string }>;

/** Where toasts appear; once in the page. F8 goes there. */
export default function Toasts(): ReactElement {
  const { t } = useTranslation('ui');
  const { toasts, dismiss } = useToasts();
  return (
    <Radix.Provider label={t('toast.one')} duration={6000} swipeDirection="right">
      {toasts.map(({ id, tone, text, action }) => {
        const { icon: Icon, colour } = looks[tone];
        return (
          <Radix.Root
            key={id}
            type={tone === 'danger' ? 'foreground' : 'background'}
            duration={tone === 'danger' || action ? 12_000 : 6000}
            onOpenChange={(open) => (open ? undefined : dismiss(id))}
            className="flex items-start gap-3 rounded-lg border border-line bg-raised py-2.5 pr-2 pl-3.5 shadow-overlay animate-pop-in data-[swipe=end]:opacity-0 data-[swipe=move]:translate-x-(--radix-toast-swipe-move-x)"
          >
            <Icon aria-hidden="true" className={classNames('mt-1 size-4 shrink-0', colour)} />
            <Radix.Description className="min-w-0 flex-1 py-0.5 text-base break-words">{text}</Radix.Description>
            {action ? (
              <Radix.Action altText={action.label} asChild onClick={action.run}>
                <Button size="sm">{action.label}</Button>
              </Radix.Action>
            ) : null}
            <Radix.Close asChild>
              <IconButton icon={X} size="sm" label={t('close')} />
            </Radix.Close>
          </Radix.Root>
        );
      })}
      <Radix.Viewport
        label={t('toast.all')}
        className="fixed inset-x-3 bottom-[calc(4.5rem+env(safe-area-inset-bottom))] z-70 flex flex-col gap-2 outline-none sm:right-4 sm:bottom-4 sm:left-auto sm:w-96"
      />
    </Radix.Provider>
  );
}
