import type { ServerConfig } from '@aicode/contracts';
import { pino, type DestinationStream, type Logger } from 'pino';

import { currentRequest } from '../rpc/request-context.js';
import { describeError, redactLine } from './redact.js';

export type { Logger };

/**
 * The platform's log: one JSON object a line, to standard output if no destination is given. Each line carries the
 * request it belongs to, and passes the redactor as a whole, so it does not matter where in it a secret stands.
 */
export function createLogger(config: ServerConfig['log'], destination?: DestinationStream): Logger {
  return pino(
    {
      level: config.level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        // An error may stand under any name.
        log: (fields) => Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, describeError(value)])),
      },
      serializers: { err: (error: unknown) => error },
      mixin: () => {
        const requestId = currentRequest()?.requestId;
        return requestId === undefined ? {} : { request_id: requestId };
      },
      hooks: { streamWrite: redactLine },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}
