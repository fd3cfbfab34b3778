import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  redirect,
  type RouteComponent,
} from '@tanstack/react-router';

import type { PagePath } from './feature.js';
import { hasPage, loadFeature } from './features.vite.js';
import { Layout } from './layout/layout.js';
import { NotFoundPage } from './layout/not-found-page.js';
import { RouteError } from './layout/route-error.js';
import { PageSkeleton } from './layout/page-skeleton.js';
import { session } from './session/session.browser.js';

/** What stands in the address behind `?`. Pages read it with `useFilters(schema)`, which forgives what is wrong. */
type Search = Record<string, unknown>;

function pageOf(path: PagePath): RouteComponent {
  return lazyRouteComponent(async () => {
    const page = (await loadFeature(path)).pages[path];
    if (!page) throw new Error(`The feature does not show ${path}.`);
    return page();
  });
}

const root = createRootRoute({
  component: Layout,
  notFoundComponent: NotFoundPage,
  errorComponent: RouteError,
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    if (await session.restore()) return;
    throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { to: location.href }, replace: true });
  },
});

const validateSearch = (search: Search): Search => search;
/** A feature that is not there yet has no page. */
const beforeLoadOf = (path: PagePath) => (): void => {
  if (!hasPage(path)) throw notFound();
};
const page = <P extends PagePath>(path: P) =>
  createRoute({
    getParentRoute: () => signedIn,
    path,
    validateSearch,
    beforeLoad: beforeLoadOf(path),
    component: pageOf(path),
  });
const publicPage = <P extends PagePath>(path: P) =>
  createRoute({ getParentRoute: () => root, path, validateSearch, component: pageOf(path) });

const pages = [
  page('/'),
  page('/tasks'),
  page('/tasks/$id'),
  page('/workspaces'),
  page('/workspaces/$id'),
  page('/queue'),
  page('/nodes'),
  page('/settings'),
] as const;
const publicPages = [publicPage('/sign-in'), publicPage('/setup')] as const;

const routeTree = root.addChildren([signedIn.addChildren(pages), ...publicPages]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPendingComponent: PageSkeleton,
  defaultPendingMs: 150,
  defaultErrorComponent: RouteError,
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
