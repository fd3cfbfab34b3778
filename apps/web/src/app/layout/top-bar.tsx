import { Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { IconButton } from '../../ui/index.js';
import { useShell } from '../shell-state.js';
import { AccountMenu } from './account-menu.js';
import { BrandMark } from './brand.js';
import { LiveState } from './live-state.js';

/** On a phone only: one line. */
export function TopBar(): ReactElement {
  const { t } = useTranslation('app');
  const openPalette = useShell((state) => state.openPalette);
  return (
    <header className="sticky top-0 z-30 flex h-13 items-center gap-1 border-b border-line bg-surface px-3 pt-[env(safe-area-inset-top)] sm:hidden">
      <Link to="/" aria-label={t('product')} className="mr-auto flex items-center gap-2 rounded-md">
        <BrandMark className="size-7" />
        <span className="text-base font-semibold tracking-tight">{t('product')}</span>
      </Link>
      <LiveState />
      <IconButton icon={Search} label={t('nav.search')} onClick={() => openPalette(true)} />
      <AccountMenu />
    </header>
  );
}
