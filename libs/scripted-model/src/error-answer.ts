/** Errors in the Messages API's form. */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';

const errorTypes: Record<number, { type: string; message: string }> = {
  400: { type: 'invalid_request_error', message: 'The request is not valid.' },
  401: { type: 'authentication_error', message: 'invalid x-api-key' },
  403: { type: 'permission_error', message: 'Your API key does not have permission to use this resource.' },
  404: { type: 'not_found_error', message: 'Not found' },
  413: { type: 'request_too_large', message: 'Request exceeds the maximum size' },
  429: { type: 'rate_limit_error', message: 'This request would exceed your rate limit.' },
  500: { type: 'api_error', message: 'Internal server error' },
  529: { type: 'overloaded_error', message: 'Overloaded' },
};

export function errorBody(
  status: number,
  message?: string,
): { type: 'error'; error: { type: string; message: string } } {
  const known = errorTypes[status] ?? (status >= 500 ? errorTypes[500] : errorTypes[400]);
  return { type: 'error', error: { type: known?.type ?? 'api_error', message: message ?? known?.message ?? '' } };
}

export interface ErrorOptions {
  message?: string;
  retry_after?: number;
  headers?: Record<string, string>;
}

export function endWithError(response: ServerResponse, status: number, options: ErrorOptions = {}): void {
  const { message, retry_after, headers } = options;
  const requestId = `req_scripted_${randomUUID().slice(0, 8)}`;
  response.writeHead(status, {
    'content-type': 'application/json',
    'request-id': requestId,
    ...(retry_after === undefined ? {} : { 'retry-after': String(retry_after) }),
    ...headers,
  });
  response.end(JSON.stringify({ ...errorBody(status, message), request_id: requestId }));
}
