import { ApiError } from '@aicode/api-client';

/** The user is known, but may not. */
export function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403 && error.code === 'auth.forbidden';
}

/** What was asked for is not there (any more). */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}
