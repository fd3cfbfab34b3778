import { newId, RequestId } from '@aicode/contracts';
import type { NextFunction, Request, Response } from 'express';

import './request-scope.js';

export const requestIdHeader = 'X-Request-Id';

/** Takes over a caller's request id if it is harmless in a log line, and says which one the answer belongs to. */
export function requestId(request: Request, response: Response, next: NextFunction): void {
  const given = RequestId.safeParse(request.get(requestIdHeader));
  request.requestId = given.success ? given.data : newId('request');
  response.setHeader(requestIdHeader, request.requestId);
  next();
}
