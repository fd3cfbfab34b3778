import {
  authRoutes,
  filesRoutes,
  healthRoutes,
  logsRoutes,
  nodesRoutes,
  queueRoutes,
  summaryRoutes,
  tasksRoutes,
  workspacesRoutes,
  type Route,
} from '@aicode/contracts';

import { openapiRoutes } from './openapi/openapi.routes.js';

export interface NamedRoute {
  /** `tasks_create`: names the operation in the OpenAPI document. */
  name: string;
  route: Route;
}

const features: Record<string, Record<string, Route>> = {
  health: healthRoutes,
  auth: authRoutes,
  workspaces: workspacesRoutes,
  files: filesRoutes,
  tasks: tasksRoutes,
  logs: logsRoutes,
  queue: queueRoutes,
  summary: summaryRoutes,
  nodes: nodesRoutes,
  openapi: openapiRoutes,
};

/** Every route that the gateway answers; a test holds it against what express really has. */
export const namedRoutes: readonly NamedRoute[] = Object.entries(features).flatMap(([feature, routes]) =>
  Object.entries(routes).map(([name, route]) => ({ name: `${feature}_${name}`, route })),
);

export const servedRoutes: readonly Route[] = namedRoutes.map(({ route }) => route);
