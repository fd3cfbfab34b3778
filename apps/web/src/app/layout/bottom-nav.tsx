import { useLocation, useNavigate } from '@tanstack/react-router';
import { Ellipsis } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { classNames, Menu } from '../../ui/index.js';
import { hasPage } from '../features.vite.js';
import { NavLink } from './nav-link.js';
import { navPages } from './pages.js';

const item =
  'flex h-14 min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-2xs font-medium text-muted -outline-offset-2 data-[status=active]:text-accent';

/** On a phone: the four pages of most use within the thumb's reach, the others behind "More". */
export function BottomNav(): ReactElement {
  const { t } = useTranslation('app');
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const pages = navPages.filter(({ path }) => hasPage(path));
  const rest = pages.slice(4);
  const inRest = rest.some(({ path }) => pathname.startsWith(path));
  return (
    <nav
      aria-label={t('nav.label')}
      className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      {pages.slice(0, 4).map((page) => (
        <NavLink key={page.path} page={page} className={item}>
          <page.icon aria-hidden="true" className="size-5" />
          <span className="max-w-full truncate px-0.5">{t(`nav.${page.name}`)}</span>
        </NavLink>
      ))}
      {rest.length > 0 ? (
        <Menu
          trigger={
            <button type="button" className={classNames(item, inRest && 'text-accent')}>
              <Ellipsis aria-hidden="true" className="size-5" />
              {t('nav.more')}
            </button>
          }
          groups={[
            rest.map(({ path, name, icon }) => ({
              label: t(`nav.${name}`),
              icon,
              onSelect: () => void navigate({ to: path }),
            })),
          ]}
        />
      ) : null}
    </nav>
  );
}
