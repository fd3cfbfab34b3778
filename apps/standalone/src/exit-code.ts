import { isNativeError } from 'node:util/types';

import { DomainError } from '@aicode/contracts';

/** Exit codes of `serve` and `doctor`: 2 for what the person wrote, 75 (EX_TEMPFAIL) if it runs already. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof DomainError)) return 1;
  if (error.code === 'config.invalid' || error.code === 'request.invalid') return 2;
  return error.code === 'platform.already_running' ? 75 : 1;
}

/** What the person reads: the sentence of a DomainError; anything else with its stack, for a report. */
export function messageOf(error: unknown): string {
  if (error instanceof DomainError) return error.message;
  return isNativeError(error) ? (error.stack ?? error.message) : String(error);
}
