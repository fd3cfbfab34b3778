import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';

import { Dialog, Kbd } from '../../ui/index.js';
import { shortcuts, type Shortcut } from './shortcuts.browser.js';

export interface ShortcutsDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export default function ShortcutsDialog({ open, onOpenChange }: ShortcutsDialogProps): ReactElement {
  const { t } = useTranslation('app');
  const { active } = useStore(shortcuts);
  const here = active.filter(({ scope }) => scope === 'page');
  const everywhere = active.filter(({ scope }) => scope === 'everywhere');
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('keys.title')} size="md">
      <div className="flex flex-col gap-6">
        <Group
          heading={t('keys.everywhere')}
          list={[...everywhere, { keys: 'F8', label: t('keys.toasts'), scope: 'everywhere', run: () => undefined }]}
        />
        {here.length > 0 ? <Group heading={t('keys.here')} list={here} /> : null}
      </div>
    </Dialog>
  );
}

function Group({ heading, list }: { heading: string; list: Shortcut[] }): ReactElement {
  return (
    <section>
      <h3 className="mb-2 text-xs font-medium text-muted">{heading}</h3>
      <ul className="gap-x-10 sm:columns-2">
        {list.map(({ keys, label }) => (
          <li key={keys} className="flex min-h-8 break-inside-avoid items-center justify-between gap-4">
            <span className="min-w-0 text-base">{label}</span>
            <Kbd keys={keys} />
          </li>
        ))}
      </ul>
    </section>
  );
}
