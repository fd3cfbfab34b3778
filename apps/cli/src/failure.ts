import { ApiError, ServerUnreachable } from '@aicode/api-client';
import { DomainError, type ErrorCode, type FieldProblem } from '@aicode/contracts';
import { safeText } from '@aicode/log-view';

import { exitCodeOf, exitCodes } from './exit-codes.js';

/** An error as a person reads it, and as a script does. */
export interface Failure {
  exitCode: number;
  code: string;
  message: string;
  fields: FieldProblem[];
  requestId: string | null;
  /** What to do next; null if the message says it. */
  next: string | null;
}

/** Something went wrong whose cause the person has to know in another way than by a code of the platform. */
export class CliFailure extends Error {
  constructor(
    readonly exitCode: number,
    message: string,
    readonly next: string | null = null,
  ) {
    super(message);
  }
}

export interface FailureContext {
  /** True if the server is the platform of this machine, or would be. */
  localServer: boolean;
  /** The `--server` that has to be said again; empty if it need not be. */
  serverFlag: string;
  /** True if AICLI_TOKEN says who we are: no sign-in has a say then. */
  tokenGiven: boolean;
}

export function failureOf(error: unknown, context: FailureContext): Failure {
  if (error instanceof CliFailure) return plain(error.exitCode, 'failed', error.message, error.next);
  if (error instanceof DomainError) return ofPlatform(error, context);
  const what =
    error instanceof Error ? (process.env['DEBUG'] ? (error.stack ?? error.message) : error.message) : String(error);
  return plain(exitCodes.taskFailed, 'internal', `This is a fault of aicli: ${what}`, 'DEBUG=* shows where.');
}

function plain(exitCode: number, code: string, message: string, next: string | null): Failure {
  return { exitCode, code, message, fields: [], requestId: null, next };
}

function ofPlatform(error: DomainError, context: FailureContext): Failure {
  const requestId = error instanceof ApiError ? error.request_id : null;
  return {
    exitCode: exitCodeOf(error),
    code: error.code,
    message: ownWords[error.code] ?? safeText(error.message),
    fields: (error.details.fields ?? []).map(({ path, message }) => ({
      path: safeText(path),
      message: safeText(message),
    })),
    requestId: error.code === 'internal' || error.code.startsWith('bus.') ? requestId : null,
    next: nextStep(error, context),
  };
}

/** What the server says to programs in words of HTTP. */
const ownWords: Partial<Record<ErrorCode, string>> = {
  'auth.required': 'You are not signed in.',
};

const steps: Partial<Record<ErrorCode, string>> = {
  'workspace.not_found': 'See yours: aicli workspace list',
  'task.not_found': 'See them: aicli task list',
  'workspace.has_running_tasks': 'Cancel them as well: --force',
  'workspace.name_taken': 'Take another name, or see what is there: aicli workspace list',
};

function nextStep(error: DomainError, { localServer, serverFlag, tokenGiven }: FailureContext): string | null {
  if (error instanceof ServerUnreachable) {
    return localServer ? 'Start it: aicli up --detach' : 'Check the address (--server, AICLI_SERVER) and the network.';
  }
  const signedOut = exitCodeOf(error) === exitCodes.notSignedIn;
  const doesNotHelp = ['auth.forbidden', 'auth.throttled', 'auth.setup_link_invalid', 'auth.invalid_credentials'];
  if (signedOut && !doesNotHelp.includes(error.code)) {
    return tokenGiven ? 'Correct or unset AICLI_TOKEN.' : `Sign in: aicli login${serverFlag}`;
  }
  return steps[error.code] ?? null;
}

/** For stderr. */
export function failureLines({ message, fields, requestId, next }: Failure): string[] {
  const more = fields.length > 1 ? fields.map(({ path, message: what }) => `  ${path}: ${what}`) : [];
  const request = requestId ? [`The platform's log has more under request ${requestId}.`] : [];
  return [message, ...more, ...request, ...(next ? [next] : [])];
}

/** For stdout with --json: one document. */
export function failureJson({ exitCode, code, message, fields, requestId, next }: Failure): object {
  return {
    error: {
      code,
      message,
      ...(fields.length > 0 ? { fields } : {}),
      ...(requestId ? { request_id: requestId } : {}),
      ...(next ? { next } : {}),
      exit_code: exitCode,
    },
  };
}
