import { STATUS_CODES } from 'node:http';

import { DomainError, toWireError, type ErrorCode, type Problem } from '@aicode/contracts';
import { HttpException } from '@nestjs/common';

/** The one place where an error code becomes an HTTP status. */
export const statusOf: Readonly<Record<ErrorCode, number>> = {
  'request.invalid': 400,
  'request.malformed': 400,
  'request.too_large': 413,
  'request.unsupported_media_type': 415,
  'request.not_found': 404,
  'request.method_not_allowed': 405,
  'request.host_refused': 421,
  'request.origin_refused': 403,
  'request.rate_limited': 429,
  // draft-ietf-httpapi-idempotency-key: the same key with another request is 422.
  'request.idempotency_conflict': 422,
  'auth.required': 401,
  'auth.invalid_credentials': 401,
  'auth.token_invalid': 401,
  'auth.session_ended': 401,
  'auth.refresh_reused': 401,
  'auth.throttled': 429,
  'auth.forbidden': 403,
  'auth.setup_link_invalid': 403,
  'auth.setup_done': 409,
  'workspace.not_found': 404,
  'workspace.name_taken': 409,
  'workspace.not_ready': 409,
  'workspace.has_running_tasks': 409,
  'workspace.deleting': 409,
  'workspace.path_not_allowed': 422,
  'workspace.file_not_found': 404,
  'workspace.git_url_refused': 422,
  'workspace.git_failed': 422,
  'task.not_found': 404,
  'task.not_cancellable': 409,
  'task.not_final': 409,
  'task.not_pending': 409,
  'log.cursor_invalid': 409,
  'quota.exceeded': 429,
  'executor.unavailable': 503,
  'executor.refused': 422,
  'container.image_missing': 422,
  'container.image_unfit': 422,
  'container.engine_lost': 503,
  'container.busy': 409,
  'model.not_configured': 503,
  'bus.timeout': 504,
  'bus.payload_too_large': 413,
  'bus.unavailable': 503,
  'bus.refused': 502,
  'bus.unknown_method': 502,
  'storage.busy': 503,
  'storage.unavailable': 503,
  'config.invalid': 500,
  'platform.not_running': 503,
  'platform.already_running': 409,
  'platform.redis_missing': 503,
  'platform.start_failed': 500,
  internal: 500,
};

/** Codes after which the same request may pass a moment later; clients are told when to come back. */
const passing = new Set<ErrorCode>(['bus.timeout', 'bus.unavailable', 'storage.busy', 'storage.unavailable']);

/** What express and Nest throw by themselves, in our words. */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const status = error instanceof HttpException ? error.getStatus() : error instanceof URIError ? 400 : 500;
  if (status === 404) {
    return new DomainError(
      'request.not_found',
      'There is nothing at this address. GET /api/v1/openapi.json lists all.',
    );
  }
  if (status === 413) return new DomainError('request.too_large', 'The request is too large.');
  if (status >= 400 && status < 500) {
    return new DomainError(
      'request.malformed',
      'The request cannot be read. Check its path, its query and its headers.',
    );
  }
  const wire = toWireError(error);
  return new DomainError(wire.code, wire.message, {}, { cause: error });
}

export function problemOf(error: DomainError, requestId: string): Problem {
  const status = statusOf[error.code];
  return {
    type: `urn:aicli:problem:${error.code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
    ...(error.details.fields ? { errors: error.details.fields } : {}),
  };
}

/** Headers that belong to a problem, beside its content type. */
export function problemHeaders(error: DomainError): Record<string, string> {
  const headers: Record<string, string> = {};
  const retryAfter = error.details.retry_after_s ?? (passing.has(error.code) ? 1 : undefined);
  if (retryAfter !== undefined) headers['Retry-After'] = String(Math.max(1, Math.ceil(retryAfter)));
  if (statusOf[error.code] === 401) headers['WWW-Authenticate'] = 'Bearer';
  return headers;
}
