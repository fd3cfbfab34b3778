import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { Search } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useDeferredValue, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Kbd, Spinner, toast } from '../../ui/index.js';
import type { PaletteEntry, PaletteGroup } from '../feature.js';
import { loadAllFeatures } from '../features.vite.js';
import { useShell } from '../shell-state.js';
import { matchGroups } from './match-entries.js';
import { useShellEntries } from './shell-entries.js';

/** Where everything is found by its name: ⌘K. */
export default function Palette(): ReactElement {
  const { t } = useTranslation('app');
  const openPalette = useShell((state) => state.openPalette);
  const [query, setQuery] = useState('');
  const { groups, searching } = useGroups(query);
  const choose = (entry: PaletteEntry): void => {
    openPalette(false);
    Promise.resolve(entry.run()).catch(toast.error);
  };
  return (
    <Dialog.Root open onOpenChange={openPalette}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-scrim animate-fade-in" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-3 top-[10dvh] z-50 mx-auto max-w-xl overflow-hidden rounded-xl border border-line bg-raised shadow-overlay outline-none animate-pop-in"
        >
          <Dialog.Title className="sr-only">{t('palette.label')}</Dialog.Title>
          <Command shouldFilter={false} loop label={t('palette.label')}>
            <div className="flex h-12 items-center gap-3 border-b border-line px-4">
              {searching ? (
                <Spinner className="shrink-0 text-subtle" />
              ) : (
                <Search aria-hidden="true" className="size-4 shrink-0 text-subtle" />
              )}
              <Command.Input
                value={query}
                onValueChange={setQuery}
                placeholder={t('palette.placeholder')}
                className="h-full min-w-0 flex-1 bg-transparent text-lg outline-none"
              />
            </div>
            <Command.List className="max-h-[min(24rem,60dvh)] scroll-py-2 overflow-y-auto p-2">
              <Command.Empty className="px-3 py-10 text-center text-muted">
                {searching ? t('palette.searching') : t('palette.empty', { query })}
              </Command.Empty>
              {groups.map(({ heading, entries }) => (
                <Command.Group
                  key={heading}
                  heading={heading}
                  className="mb-1 **:[[cmdk-group-heading]]:px-2.5 **:[[cmdk-group-heading]]:py-1.5 **:[[cmdk-group-heading]]:text-xs **:[[cmdk-group-heading]]:font-medium **:[[cmdk-group-heading]]:text-subtle"
                >
                  {entries.map((entry) => (
                    <Entry key={entry.id} entry={entry} onChoose={choose} />
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
          <footer className="flex items-center gap-4 border-t border-line px-4 py-2 text-xs text-muted pointer-coarse:hidden">
            <span className="flex items-center gap-1.5">
              <Kbd keys="↑+↓" /> {t('palette.move')}
            </span>
            <span className="flex items-center gap-1.5">
              <Kbd keys="enter" /> {t('palette.open')}
            </span>
          </footer>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Entry({ entry, onChoose }: { entry: PaletteEntry; onChoose: (entry: PaletteEntry) => void }): ReactElement {
  const { icon: Icon, label, hint, id } = entry;
  return (
    <Command.Item
      value={id}
      onSelect={() => onChoose(entry)}
      className="flex min-h-9 cursor-default items-center gap-3 rounded-md px-2.5 text-base select-none data-[selected=true]:bg-hover dark:data-[selected=true]:bg-pressed pointer-coarse:min-h-11"
    >
      {Icon ? <Icon aria-hidden="true" className="size-4 shrink-0 text-muted" /> : null}
      <span className="min-w-0 flex-1 truncate">{label}</span>
      {hint ? <span className="shrink-0 text-xs text-subtle">{hint}</span> : null}
    </Command.Item>
  );
}

/** The page's own, the pages, what features find, and what the shell can do; in this order. */
function useGroups(query: string): { groups: PaletteGroup[]; searching: boolean } {
  const navigate = useNavigate();
  const { pages, actions } = useShellEntries();
  const asked = useDeferredValue(query.trim());
  const found = useQuery({
    queryKey: ['palette', asked],
    queryFn: async ({ signal }) => {
      const features = await loadAllFeatures();
      const context = { query: asked, signal, navigate: (to: string) => void navigate({ href: to }) };
      // A feature that cannot answer leaves the others their place.
      const answers = await Promise.allSettled(
        features.map(async (feature) => (await feature.palette?.(context)) ?? []),
      );
      return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    },
    placeholderData: (before) => before,
    staleTime: 10_000,
  });
  return {
    groups: [...matchGroups(pages, asked), ...(found.data ?? []), ...matchGroups(actions, asked)].filter(
      ({ entries }) => entries.length > 0,
    ),
    searching: found.isFetching,
  };
}
