import { randomBytes, randomUUID } from 'node:crypto';

import { healthRpc, type DependencyHealth, type ServerConfig, type ServiceName } from '@aicode/contracts';
import {
  Logger as NestLogger,
  type DynamicModule,
  type INestApplication,
  type INestMicroservice,
  type NestApplicationOptions,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';

import { BusClient } from '../bus/bus-client.js';
import { BusLink } from '../bus/bus-link.js';
import { BusServer } from '../bus/bus-server.js';
import { EventBus } from '../bus/event-bus.js';
import { RedisClock } from '../bus/redis-clock.js';
import { homePaths, prepareHome } from '../home/paths.js';
import { readOrCreateSecret } from '../home/secrets.js';
import { createLogger, type Logger } from '../log/logger.js';
import { nestLogger } from '../log/nest-logger.js';
import { RedisConnections } from '../redis/redis-connections.js';
import { RpcClient } from '../rpc/rpc-client.js';
import { HealthChecks } from './health-checks.js';
import { ServiceContext } from './service-context.js';
import { Shutdown, stepTimeoutMs } from './shutdown.js';

const redisPatienceMs = 15_000;

export interface ServiceDefinition {
  name: ServiceName;
  /** The service's root module, or a function that makes it with what it opens by the context. */
  module: Type | ((context: ServiceContext) => DynamicModule | Promise<DynamicModule>);
  /** For the one that serves HTTP: called with an Express application when the bus is served; listens and says where. */
  http?: (app: INestApplication, context: ServiceContext) => Promise<{ url: string }>;
  /** Options for that application. */
  httpOptions?: NestApplicationOptions;
}

export interface PlatformOptions {
  /** AICLI_HOME. */
  home: string;
  config: ServerConfig;
  redisUrl: string;
  /** `database.url` of the config, or data/aicli.db below home, if not given. */
  databaseUrl?: string | undefined;
  /** Standard output by `log.level` of the config if not given. */
  log?: Logger | undefined;
}

export interface RunningService {
  name: ServiceName;
  context: ServiceContext;
  app: INestMicroservice | INestApplication;
  /** Where it serves HTTP, if it does. */
  url?: string;
  /**
   * Takes no more requests, answers those at work, stops what was registered by onStop, then the application, then the
   * connections. Never rejects; the second call waits for the first.
   */
  stop(): Promise<void>;
}

/** Starts a service on a platform. Resolves when it answers on the bus; rejects with everything stopped again. */
export async function startService(definition: ServiceDefinition, platform: PlatformOptions): Promise<RunningService> {
  const platformLog = platform.log ?? createLogger(platform.config.log);
  const log = platformLog.child({ service: definition.name });
  const shutdown = new Shutdown(log, stepTimeoutMs(platform.config.runner));
  try {
    // Nest has one logger in a process, whichever service set it: it speaks without the name of one.
    NestLogger.overrideLogger(nestLogger(platformLog));
    return await start(definition, platform, log, shutdown);
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function start(
  definition: ServiceDefinition,
  platform: PlatformOptions,
  log: Logger,
  shutdown: Shutdown,
): Promise<RunningService> {
  const { config } = platform;
  const paths = homePaths(platform.home);
  await prepareHome(paths);
  const key = await readOrCreateSecret(paths.busKey, () => randomBytes(32));
  const redis = new RedisConnections(platform.redisUrl, log);
  shutdown.add('connections', 'redis', () => redis.close());
  await redis.ready(redisPatienceMs);

  const clock = new RedisClock(redis.shared);
  shutdown.add('connections', 'clock', () => Promise.resolve(clock.stop()));
  await clock.start();
  const link = new BusLink(redis, key);
  await link.whenReady(redisPatienceMs, new AbortController().signal);
  const boot = randomUUID();
  let questions = 0;
  const client = new BusClient({
    link,
    clock,
    key,
    maxPayload: config.bus.max_payload,
    newId: () => `${boot}.${(questions += 1)}`,
  });
  const context = new ServiceContext({
    name: definition.name,
    config,
    paths,
    log,
    redis,
    databaseUrl: platform.databaseUrl ?? config.database.url ?? `sqlite:${paths.database}`,
    rpc: new RpcClient(client, definition.name, config.bus.timeout),
    events: new EventBus(redis, link, key, log),
    health: new HealthChecks(),
    shutdown,
  });
  context.health.add('redis', () => redisHealth(redis));

  const server = new BusServer({ service: definition.name, redis, clock, key, config: config.bus, log });
  server.addMethod(healthRpc(definition.name).check, async () => ({
    service: definition.name,
    dependencies: await context.health.run(),
  }));
  const module = await rootModule(definition, context);
  const running = await serve(definition, context, module, server, shutdown);
  log.info(running.url === undefined ? {} : { url: running.url }, 'ready');
  return running;
}

async function serve(
  definition: ServiceDefinition,
  context: ServiceContext,
  module: DynamicModule,
  server: BusServer,
  shutdown: Shutdown,
): Promise<RunningService> {
  const { name, http } = definition;
  // Without `abortOnError: false` Nest ends the process when a start fails.
  const options = { ...definition.httpOptions, abortOnError: false };
  const strategy = { strategy: server };
  if (!http) {
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(module, { ...options, ...strategy });
    shutdown.add('application', 'application', () => app.close());
    shutdown.add('bus', 'bus', () => server.close());
    await app.listen();
    return { name, context, app, stop: () => shutdown.run() };
  }
  const app = await NestFactory.create(module, options);
  app.connectMicroservice<MicroserviceOptions>(strategy);
  shutdown.add('application', 'application', () => app.close());
  shutdown.add('bus', 'bus', () => server.close());
  await app.startAllMicroservices();
  const { url } = await http(app, context);
  return { name, context, app, url, stop: () => shutdown.run() };
}

async function rootModule(definition: ServiceDefinition, context: ServiceContext): Promise<DynamicModule> {
  const { module } = definition;
  const service = isClass(module) ? module : await module(context);
  const kit: DynamicModule = {
    module: class KitModule {},
    global: true,
    providers: [{ provide: ServiceContext, useValue: context }],
    exports: [ServiceContext],
  };
  return { module: class RootModule {}, imports: [kit, service] };
}

function isClass(module: ServiceDefinition['module']): module is Type {
  return /^class\b/.test(Function.prototype.toString.call(module));
}

async function redisHealth(redis: RedisConnections): Promise<DependencyHealth> {
  await redis.shared.ping();
  return { name: 'redis', state: 'up', reason: null };
}
