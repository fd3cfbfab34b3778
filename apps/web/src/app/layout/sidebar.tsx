import { Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { IconButton, Kbd, Tooltip } from '../../ui/index.js';
import { hasPage } from '../features.vite.js';
import { useShell } from '../shell-state.js';
import { AccountMenu } from './account-menu.js';
import { BrandMark } from './brand.js';
import { LiveState } from './live-state.js';
import { NavLink } from './nav-link.js';
import { navPages, type NavPage } from './pages.js';

/** From 640 px: a rail of icons; from 1,024 px with words. */
export function Sidebar(): ReactElement {
  const { t } = useTranslation('app');
  const openPalette = useShell((state) => state.openPalette);
  return (
    <aside className="sticky top-0 hidden h-dvh w-14 shrink-0 flex-col border-r border-line bg-surface sm:flex lg:w-58">
      <div className="flex h-14 shrink-0 items-center justify-center px-3 lg:justify-start">
        <Link to="/" aria-label={t('product')} className="flex items-center gap-2.5 rounded-md">
          <BrandMark className="size-7" />
          <span className="hidden text-base font-semibold tracking-tight lg:inline">{t('product')}</span>
        </Link>
      </div>
      <div className="flex justify-center px-3 pb-3 lg:block">
        <button
          type="button"
          onClick={() => openPalette(true)}
          aria-keyshortcuts="Control+K Meta+K"
          className="hidden h-8.5 w-full items-center gap-2 rounded-md border border-line bg-canvas px-2.5 text-sm text-subtle transition-colors hover:border-line-strong hover:text-muted lg:flex"
        >
          <Search aria-hidden="true" className="size-4" />
          <span className="min-w-0 flex-1 truncate text-left">{t('nav.search')}</span>
          <Kbd keys="mod+k" />
        </button>
        <span className="lg:hidden">
          <IconButton icon={Search} label={t('nav.search')} shortcut="mod+k" onClick={() => openPalette(true)} />
        </span>
      </div>
      <nav aria-label={t('nav.label')} className="flex flex-1 flex-col gap-0.5 overflow-y-auto px-2 lg:px-3">
        {navPages
          .filter(({ path }) => hasPage(path))
          .map((page) => (
            <SidebarLink key={page.path} page={page} />
          ))}
      </nav>
      <div className="flex flex-col items-center gap-1 border-t border-line p-2 lg:items-stretch lg:p-3">
        <LiveState />
        <AccountMenu />
      </div>
    </aside>
  );
}

function SidebarLink({ page }: { page: NavPage }): ReactElement {
  const { t } = useTranslation('app');
  const { icon: Icon, name } = page;
  const word = t(`nav.${name}`);
  return (
    <NavLink
      page={page}
      className="group flex h-9 items-center justify-center gap-2.5 rounded-md px-2.5 font-medium text-muted transition-colors hover:bg-hover hover:text-ink data-[status=active]:bg-accent-soft data-[status=active]:text-accent lg:h-8.5 lg:justify-start"
    >
      <Tooltip text={word} side="right">
        <Icon aria-hidden="true" className="size-4.5 shrink-0 lg:pointer-events-none" />
      </Tooltip>
      <span className="sr-only lg:not-sr-only">{word}</span>
    </NavLink>
  );
}
