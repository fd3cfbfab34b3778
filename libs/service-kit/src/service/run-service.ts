import { isNativeError } from 'node:util/types';

import { DomainError } from '@aicode/contracts';

import { loadConfig } from '../config/load-config.js';
import { homeDirectory } from '../home/home-directory.js';
import { createLogger, type Logger } from '../log/logger.js';
import { serveHealth } from './health-endpoint.js';
import { startService, type RunningService, type ServiceDefinition } from './start-service.js';

/** Exit codes of a service that runs alone: 0 stopped when asked to, 1 failed, 2 the configuration is not valid. */
const exitCode = { stopped: 0, failed: 1, badConfig: 2 };

/**
 * main.ts of a service that runs alone: config from AICLI_HOME and the environment, until SIGTERM or SIGINT. Resolves
 * when it serves; ends the process itself when it cannot.
 */
export async function runService(definition: ServiceDefinition): Promise<void> {
  try {
    const home = homeDirectory();
    const config = loadConfig({ home });
    const log = createLogger(config.log);
    failOnUncaught(log);
    const redisUrl = config.redis.url;
    if (redisUrl === undefined) {
      throw new DomainError(
        'config.invalid',
        'redis.url is not set. A service that runs alone needs it: set AICLI_REDIS_URL, such as redis://redis:6379.',
      );
    }
    const service = await startService(definition, { home, config, redisUrl, log });
    stopOnSignal(service, log);
    if (config.health.port !== undefined) {
      const endpoint = await serveHealth(service.context, config.health.port);
      service.context.onStop('health endpoint', () => endpoint.close());
    }
  } catch (error) {
    const text = error instanceof DomainError ? error.message : isNativeError(error) ? error.stack : String(error);
    process.stderr.write(`${definition.name} cannot start: ${text}\n`);
    const badConfig = error instanceof DomainError && error.code === 'config.invalid';
    process.exit(badConfig ? exitCode.badConfig : exitCode.failed);
  }
}

/** After an error that nobody caught nobody knows what still holds: the orchestrator starts us anew. */
function failOnUncaught(log: Logger): void {
  const fail = (error: unknown) => {
    log.fatal({ err: error }, 'an error was not caught; the service ends');
    process.exit(exitCode.failed);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
}

function stopOnSignal(service: RunningService, log: Logger): void {
  let asked = false;
  const stop = (signal: NodeJS.Signals) => {
    if (asked) {
      log.warn({ signal }, 'asked again; ending at once');
      process.exit(exitCode.failed);
    }
    asked = true;
    log.info({ signal }, 'stopping');
    void service.stop().then(() => {
      log.info('stopped');
      process.exit(exitCode.stopped);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
