import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { hasPage } from '../features.vite.js';
import { useShell } from '../shell-state.js';
import { useShortcut } from '../shortcuts/use-shortcut.js';
import { navPages, type NavPage } from './pages.js';

const Palette = lazy(() => import('../palette/palette.js'));
const ShortcutsDialog = lazy(() => import('../shortcuts/shortcuts-dialog.js'));

/** What the shell shows above a page when it is asked to, and the keys that ask. */
export function Overlays(): ReactElement {
  const { t } = useTranslation('app');
  const { paletteOpen, helpOpen, openPalette, openHelp } = useShell();
  useShortcut('mod+k', t('keys.palette'), () => openPalette(!paletteOpen), { scope: 'everywhere' });
  useShortcut('?', t('keys.help'), () => openHelp(true), { scope: 'everywhere' });
  return (
    <>
      {navPages
        .filter(({ path }) => hasPage(path))
        .map((page) => (
          <GoTo key={page.path} page={page} />
        ))}
      <Suspense>
        {paletteOpen ? <Palette /> : null}
        {helpOpen ? <ShortcutsDialog open onOpenChange={openHelp} /> : null}
      </Suspense>
    </>
  );
}

function GoTo({ page }: { page: NavPage }): null {
  const { t } = useTranslation('app');
  const navigate = useNavigate();
  useShortcut(page.keys, t('keys.go', { page: t(`nav.${page.name}`) }), () => void navigate({ to: page.path }), {
    scope: 'everywhere',
  });
  return null;
}
