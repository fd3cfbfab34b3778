import { platformNamespace } from '@aicode/contracts';
import { Outlet, useLocation } from '@tanstack/react-router';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { TooltipProvider, useToasts } from '../../ui/index.js';
import { useLive } from '../live/use-live.js';
import { SessionDialog } from '../session/session-dialog.js';
import { BottomNav } from './bottom-nav.js';
import { ConnectionBanner } from './connection-banner.js';
import { Overlays } from './overlays.js';
import { PageSkeleton } from './page-skeleton.js';
import { RouteAnnouncer } from './route-announcer.js';
import { Sidebar } from './sidebar.js';
import { TopBar } from './top-bar.js';

const Toasts = lazy(() => import('../../ui/toasts.js'));

/** Pages before a sign-in stand alone. */
const bare = ['/sign-in', '/setup'];

export function Layout(): ReactElement {
  const { pathname } = useLocation();
  return (
    <TooltipProvider delayDuration={400} skipDelayDuration={200}>
      {bare.includes(pathname) ? (
        <main id="main" tabIndex={-1} className="flex min-h-dvh flex-col outline-none">
          <Suspense>
            <Outlet />
          </Suspense>
        </main>
      ) : (
        <Shell />
      )}
      <News />
      <RouteAnnouncer />
    </TooltipProvider>
  );
}

function Shell(): ReactElement {
  const { t } = useTranslation('app');
  // The page hears of the whole platform as long as it stands: so it knows whether it is current.
  useLive(platformNamespace, () => undefined);
  return (
    <div className="flex min-h-dvh">
      <a
        href="#main"
        className="fixed top-2 left-2 z-70 -translate-y-20 rounded-md bg-accent-solid px-4 py-2 font-medium text-on-accent shadow-overlay focus-visible:translate-y-0"
      >
        {t('skip')}
      </a>
      <Sidebar />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar />
        <ConnectionBanner />
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto w-full max-w-[90rem] min-w-0 flex-1 px-4 pt-5 pb-24 outline-none sm:px-6 sm:pb-10 lg:px-8 lg:pt-7"
        >
          <Suspense fallback={<PageSkeleton />}>
            <Outlet />
          </Suspense>
        </main>
        <BottomNav />
      </div>
      <Overlays />
      <SessionDialog />
    </div>
  );
}

/** Loaded with the first toast. */
function News(): ReactElement | null {
  const any = useToasts((state) => state.toasts.length > 0);
  const [used, setUsed] = useState(any);
  if (any && !used) setUsed(true);
  return used ? (
    <Suspense>
      <Toasts />
    </Suspense>
  ) : null;
}
