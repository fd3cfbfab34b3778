import type { ServiceContext } from '@aicode/service-kit';
import type { NextFunction, Request, Response } from 'express';

/** One line for each answered request. The query stays out: people put secrets there. */
export function accessLog(log: ServiceContext['log']) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const begun = performance.now();
    response.once('close', () => {
      const line = {
        request_id: request.requestId,
        method: request.method,
        path: request.path,
        status: response.statusCode,
        ms: Math.round(performance.now() - begun),
        user_id: request.principal?.actor.user_id ?? null,
        address: request.ip,
      };
      if (request.method === 'GET' || request.method === 'HEAD') log.debug(line, 'request');
      else log.info(line, 'request');
    });
    next();
  };
}
