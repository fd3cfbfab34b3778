import { isNativeError } from 'node:util/types';

import { type LoggerService } from '@nestjs/common';

import type { Logger } from './logger.js';

/** Nest's own words in our log. What it tells about its start is for debugging; its warnings and errors are ours too. */
export function nestLogger(log: Logger): LoggerService {
  const child = log.child({ from: 'nest' });
  return {
    log: (message: unknown, ...rest: unknown[]) => child.debug(scope(rest), text(message)),
    debug: (message: unknown, ...rest: unknown[]) => child.debug(scope(rest), text(message)),
    verbose: (message: unknown, ...rest: unknown[]) => child.debug(scope(rest), text(message)),
    warn: (message: unknown, ...rest: unknown[]) => child.warn(scope(rest), text(message)),
    error: (message: unknown, ...rest: unknown[]) => child.error({ ...scope(rest), ...cause(message) }, text(message)),
    fatal: (message: unknown, ...rest: unknown[]) => child.fatal({ ...scope(rest), ...cause(message) }, text(message)),
  };
}

/** Nest gives the name of the class that speaks as the last argument. */
function scope(rest: unknown[]): { context?: string } {
  const last = rest.at(-1);
  return typeof last === 'string' ? { context: last } : {};
}

function cause(message: unknown): { err?: Error } {
  return isNativeError(message) ? { err: message } : {};
}

function text(message: unknown): string {
  if (isNativeError(message)) return message.message;
  return typeof message === 'string' ? message : (JSON.stringify(message) ?? '');
}
