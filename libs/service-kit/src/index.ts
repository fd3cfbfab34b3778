export { EventBus, type EventMeta } from './bus/event-bus.js';
export { loadConfig, type ConfigOverrides, type ConfigSources } from './config/load-config.js';
export { configKeys, type ConfigKey } from './config/config-keys.js';
export { homeDirectory } from './home/home-directory.js';
export { homePaths, prepareHome, type HomePaths, type WorkspacePaths } from './home/paths.js';
export { readOrCreateSecret } from './home/secrets.js';
export { createLogger, type Logger } from './log/logger.js';
export { redactText, redactValue } from './log/redact.js';
export { RedisConnections, whenReady } from './redis/redis-connections.js';
export { redisOptions } from './redis/redis-url.js';
export type { CallContext } from './rpc/call-context.js';
export { currentRequest, runInRequest, type RequestContext } from './rpc/request-context.js';
export { requirePermission } from './rpc/require-permission.js';
export { RpcClient, type CallOptions, type FeatureClient } from './rpc/rpc-client.js';
export { RpcHandler } from './rpc/rpc-handler.js';
export { HealthChecks } from './service/health-checks.js';
export { serveHealth, type HealthEndpoint } from './service/health-endpoint.js';
export { runService } from './service/run-service.js';
export { ServiceContext } from './service/service-context.js';
export {
  startService,
  type PlatformOptions,
  type RunningService,
  type ServiceDefinition,
} from './service/start-service.js';
