import type { ServerConfig, ServiceName } from '@aicode/contracts';

import type { EventBus } from '../bus/event-bus.js';
import type { HomePaths } from '../home/paths.js';
import type { Logger } from '../log/logger.js';
import type { RedisConnections } from '../redis/redis-connections.js';
import type { RpcClient } from '../rpc/rpc-client.js';
import type { HealthChecks } from './health-checks.js';
import type { Shutdown } from './shutdown.js';

export interface ServiceContextParts {
  name: ServiceName;
  config: ServerConfig;
  paths: HomePaths;
  /** Names the service in each line, and lets no secret through. */
  log: Logger;
  redis: RedisConnections;
  /** `sqlite:…` or `postgres://…`. */
  databaseUrl: string;
  rpc: RpcClient;
  events: EventBus;
  health: HealthChecks;
  shutdown: Shutdown;
}

/** What every service has. Injectable everywhere: `constructor(private readonly context: ServiceContext)`. */
export class ServiceContext {
  readonly name: ServiceName;
  readonly config: ServerConfig;
  readonly paths: HomePaths;
  readonly log: Logger;
  readonly redis: RedisConnections;
  readonly databaseUrl: string;
  readonly rpc: RpcClient;
  readonly events: EventBus;
  readonly health: HealthChecks;
  private readonly shutdown: Shutdown;

  constructor(parts: ServiceContextParts) {
    this.name = parts.name;
    this.config = parts.config;
    this.paths = parts.paths;
    this.log = parts.log;
    this.redis = parts.redis;
    this.databaseUrl = parts.databaseUrl;
    this.rpc = parts.rpc;
    this.events = parts.events;
    this.health = parts.health;
    this.shutdown = parts.shutdown;
  }

  /**
   * Stops something with the service: after the bus has answered its last request, before the application (and its HTTP
   * connections) and Redis close. What was registered last stops first.
   */
  onStop(name: string, stop: () => Promise<void>): void {
    this.shutdown.add('service', name, stop);
  }
}
