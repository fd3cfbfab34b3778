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

import { callRoute, type CallOptions, type RouteCall } from './call-route.js';
import { Connection, type ConnectionOptions } from './connection.js';
import { followLog, type FollowOptions } from './follow-log.js';
import type { LiveHub } from './live-hub.js';
import { connectWorkspace, type WorkspaceConnection, type WorkspaceListener } from './live.js';
import type { LogStreamItem } from './log-stream.js';
import { shareLive } from './shared-live.js';

const features = {
  auth: authRoutes,
  health: healthRoutes,
  workspaces: workspacesRoutes,
  files: filesRoutes,
  tasks: tasksRoutes,
  logs: logsRoutes,
  queue: queueRoutes,
  summary: summaryRoutes,
  nodes: nodesRoutes,
};
type Features = typeof features;

/** Every route of the contract as `client.<feature>.<route>({ path, query and body in one object }, options)`. */
export type RouteCalls = {
  [F in keyof Features]: { [R in keyof Features[F]]: Features[F][R] extends Route ? RouteCall<Features[F][R]> : never };
};

export interface ApiClient extends RouteCalls {
  /** Address of the platform without a slash at its end. */
  readonly server: string;
  /** A task's log from a cursor to its end, whatever happens to the connection. */
  followLog(taskId: string, options?: FollowOptions): AsyncGenerator<LogStreamItem, void, undefined>;
  /** What happens in a workspace, live over socket.io. */
  connectWorkspace(workspaceId: string, listener: WorkspaceListener): Promise<WorkspaceConnection>;
  /** One connection for everything that is heard live: what a page uses instead of one for each workspace. */
  shareLive(): LiveHub;
}

export function createApiClient(options: ConnectionOptions): ApiClient {
  const connection = new Connection(options);
  const calls = Object.entries(features).map(([feature, routes]) => [feature, callsOf(connection, routes)]);
  return {
    // fromEntries forgets the names; RouteCalls is made from the same object.
    ...(Object.fromEntries(calls) as RouteCalls),
    server: connection.server,
    followLog: (taskId, follow = {}) => followLog(connection, taskId, follow),
    connectWorkspace: (workspaceId, listener) => connectWorkspace(connection, workspaceId, listener),
    shareLive: () => shareLive(connection),
  };
}

function callsOf(connection: Connection, routes: Record<string, Route>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(routes).map(([name, route]) => [
      name,
      (request: Readonly<Record<string, unknown>> = {}, options?: CallOptions) =>
        callRoute(connection, route, request, options),
    ]),
  );
}
