import { ApiError } from '@aicode/api-client';

/** An error as a sentence for people: the server's own where it has one. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What helps to find the cause in the platform's log; null if the error came with nothing. */
export function traceOf(error: unknown): { code: string; requestId: string | null } | null {
  return error instanceof ApiError ? { code: error.code, requestId: error.request_id } : null;
}

/** What the server said of one field (`name`, `container.memory`); undefined if nothing. */
export function fieldProblem(error: unknown, path: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return error.details.fields?.find((field) => field.path === path)?.message;
}
