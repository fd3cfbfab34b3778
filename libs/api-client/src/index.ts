export { createApiClient, type ApiClient, type RouteCalls } from './api-client.js';
export { ApiError, ServerUnreachable } from './api-error.js';
export { type CallOptions, type RouteAnswer, type RouteRequest } from './call-route.js';
export { type ConnectionOptions, type CookieSession, type TokenSource } from './connection.js';
export { type FollowOptions } from './follow-log.js';
export { type LiveHub, type LiveStatus, type LogListener } from './live-hub.js';
export { type WorkspaceConnection, type WorkspaceListener } from './live.js';
export { type LogStreamItem } from './log-stream.js';
export { createSession, memoryStorage, StoredSession, type Session, type SessionStorage } from './session.js';
