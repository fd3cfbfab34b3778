import type { Route } from '@aicode/contracts';

/** Everything that the API answers lies under here. */
export const apiPrefix = '/api/v1';

/** Path of a route as express writes it: `/api/v1/tasks/:id`. */
export function fullPath(route: Pick<Route, 'path'>): string {
  return `${apiPrefix}${route.path}`;
}

/** Path of a route as OpenAPI writes it, below the prefix: `/tasks/{id}`. */
export function templatePath(route: Pick<Route, 'path'>): string {
  return route.path.replaceAll(/:([a-z_]+)/g, '{$1}');
}

/** Methods that some route has at this path; empty if no route has the path. Like express: any case, trailing slash or not. */
export function methodsAt(routes: readonly Route[], path: string): Route['method'][] {
  return routes.filter((route) => patternOf(route).test(path)).map((route) => route.method);
}

function patternOf(route: Route): RegExp {
  const places = fullPath(route).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${places.replaceAll(/:[a-z_]+/g, '[^/]+')}/?$`, 'i');
}
