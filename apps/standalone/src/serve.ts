import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import type { ServerConfig } from '@aicode/contracts';
import {
  createLogger,
  homePaths,
  loadConfig,
  prepareHome,
  readOrCreateSecret,
  startService,
  type ConfigOverrides,
  type HomePaths,
  type Logger,
  type RunningService,
} from '@aicode/service-kit';

import { startDemoModel } from './demo-model.js';
import { claimHome } from './home.js';
import { lockHome } from './platform-lock.js';
import { removePlatformState, writePlatformState } from './platform-state.js';
import { waitUntilReady } from './readiness.js';
import { startPrivateRedis } from './redis/private-redis.js';
import { chooseServices } from './services/choose-services.js';
import { createShutdown, stopLimitMs, within, type Shutdown } from './shutdown.js';
import { aborted, type StopSignals } from './stop-signals.js';
import { platformVersion } from './version.js';

export interface ServeOptions {
  home: string;
  demoModel: boolean;
  /** Overrides server.port. */
  port?: number | undefined;
  stop: StopSignals;
  /** For the one line that tells a person where it runs. */
  say: (line: string) => void;
}

const readyLimit = 15_000;
const urgentLimit = 3000;

interface Startup {
  paths: HomePaths;
  config: ServerConfig;
  log: Logger;
  shutdown: Shutdown;
  signal: AbortSignal;
}

/**
 * Runs the platform until it is told to stop: lock, configuration, Redis, services; then the state file that says "ready".
 * @returns exit code: 0 after an orderly stop, 1 if something had to be cut off, 130 after an urgent one
 * @throws DomainError if it can't start; nothing is left running then
 */
export async function serve(options: ServeOptions): Promise<number> {
  const { home, stop } = options;
  const paths = homePaths(home);
  const flags: ConfigOverrides = options.port === undefined ? {} : { server: { port: options.port } };
  const checked = loadConfig({ home, overrides: flags });
  const log = createLogger(checked.log, process.stderr);
  const shutdown = createShutdown(log);
  const services = chooseServices(process.env['AICLI_SERVICES']);
  claimHome(paths.home, [paths.secretsDir, paths.runDir, paths.redisDir]);
  await prepareHome(paths);
  const lock = await lockHome(paths);
  shutdown.add('lock', () => lock.release());
  try {
    const demo = options.demoModel ? await demoModel(paths, shutdown, log) : {};
    const config = loadConfig({ home, overrides: { ...flags, ...demo } });
    const startup = { paths, config, log, shutdown, signal: stop.polite };
    const redisUrl = config.redis.url ?? (await privateRedis(startup));
    const running: RunningService[] = [];
    for (const { load } of services) {
      stop.polite.throwIfAborted();
      const service = await startService(await load(), { home, config, redisUrl, log });
      shutdown.add(service.name, () => service.stop());
      running.push(service);
    }
    await announce(startup, running, options);
    await aborted(stop.polite);
    log.info({}, 'Stopping');
  } catch (error) {
    await within(shutdown.run(), stopLimitMs(checked.runner), stop.urgent);
    if (stop.polite.aborted) return 0;
    throw error;
  }
  return stopAll(shutdown, stopLimitMs(checked.runner), stop, log);
}

async function demoModel(paths: HomePaths, shutdown: Shutdown, log: Logger): Promise<ConfigOverrides> {
  const demo = await startDemoModel(paths);
  shutdown.add('demo model', demo.stop);
  log.warn({ demo_model: true }, 'DEMO MODEL: a script answers every task, not an AI. No request leaves this machine');
  return demo.overrides;
}

async function privateRedis({ paths, log, shutdown, signal }: Startup): Promise<string> {
  const file = join(paths.secretsDir, 'redis.password');
  const password = await readOrCreateSecret(file, () => randomBytes(32).toString('hex'));
  const redis = await startPrivateRedis({ home: paths, password: password.toString('utf8').trim(), log, signal });
  shutdown.add('Redis', () => redis.stop());
  return redis.url;
}

async function announce(startup: Startup, running: RunningService[], options: ServeOptions): Promise<void> {
  const { paths, log, shutdown, signal } = startup;
  for (const { name, reason } of await waitUntilReady(running, readyLimit, signal)) {
    log.error({ dependency: name, reason }, 'The platform starts although this is down');
  }
  const url = running.find((service) => service.url !== undefined)?.url ?? null;
  const state = {
    pid: process.pid,
    url,
    started_at: new Date().toISOString(),
    version: platformVersion,
    demo_model: options.demoModel,
  };
  // Last started, first stopped: who reads the file must find a platform that serves.
  shutdown.add('state file', () => removePlatformState(paths.platformState));
  await writePlatformState(paths.platformState, state);
  options.say(
    `AICode Manager ${platformVersion} ${url ? `is ready at ${url}` : `runs ${running.map((service) => service.name).join(', ')}`}${options.demoModel ? ' (demo model: a script, not an AI)' : ''}`,
  );
}

async function stopAll(shutdown: Shutdown, limit: number, stop: StopSignals, log: Logger): Promise<number> {
  const stopping = shutdown.run();
  if (await within(stopping, limit, stop.urgent)) return 0;
  const urgent = stop.urgent.aborted;
  log.warn(
    { step: shutdown.current },
    urgent ? 'Told twice: what still runs is cut off' : 'Took too long to stop and is cut off',
  );
  // The step that hangs is left behind; what is below it (Redis, the lock) still gets its orderly end.
  await within(shutdown.run(), urgentLimit);
  return urgent ? 130 : 1;
}
