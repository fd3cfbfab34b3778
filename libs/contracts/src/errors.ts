import { z } from 'zod';

/** The closed list of error codes. The gateway maps each to an HTTP status, aicli each to an exit code. */
export const ErrorCode = z.enum([
  'request.invalid',
  'request.malformed',
  'request.too_large',
  'request.unsupported_media_type',
  'request.not_found',
  'request.method_not_allowed',
  'request.host_refused',
  'request.origin_refused',
  'request.rate_limited',
  'request.idempotency_conflict',
  'auth.required',
  'auth.invalid_credentials',
  'auth.token_invalid',
  'auth.session_ended',
  'auth.refresh_reused',
  'auth.throttled',
  'auth.forbidden',
  'auth.setup_link_invalid',
  'auth.setup_done',
  'workspace.not_found',
  'workspace.name_taken',
  'workspace.not_ready',
  'workspace.has_running_tasks',
  'workspace.deleting',
  'workspace.path_not_allowed',
  'workspace.file_not_found',
  'workspace.git_url_refused',
  'workspace.git_failed',
  'task.not_found',
  'task.not_cancellable',
  'task.not_final',
  'task.not_pending',
  'log.cursor_invalid',
  'quota.exceeded',
  'executor.unavailable',
  'executor.refused',
  'container.image_missing',
  'container.image_unfit',
  'container.engine_lost',
  'container.busy',
  'model.not_configured',
  'bus.timeout',
  'bus.payload_too_large',
  'bus.unavailable',
  'bus.refused',
  'bus.unknown_method',
  'storage.busy',
  'storage.unavailable',
  'config.invalid',
  'platform.not_running',
  'platform.already_running',
  'platform.redis_missing',
  'platform.start_failed',
  'internal',
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

/** One thing that is wrong in a request: where (a JSON path, empty for the whole) and what. */
export const FieldProblem = z.object({ path: z.string(), message: z.string() });
export type FieldProblem = z.infer<typeof FieldProblem>;

export interface ErrorDetails {
  /** What is wrong, field by field. */
  fields?: FieldProblem[] | undefined;
  /** After how many seconds another try makes sense. */
  retry_after_s?: number | undefined;
}

/** The one error type of the platform: a code, and a sentence that says what was wrong and what to do. */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** How an error travels over the bus. */
export const WireError = z.object({
  code: ErrorCode,
  message: z.string(),
  fields: z.array(FieldProblem).optional(),
  retry_after_s: z.number().optional(),
});
export type WireError = z.infer<typeof WireError>;

/** What may leave a process of an error: a DomainError as it is, anything else without its text (it may hold a path or a secret). */
export function toWireError(error: unknown): WireError {
  if (error instanceof DomainError) return { code: error.code, message: error.message, ...error.details };
  return {
    code: 'internal',
    message: 'Something went wrong on our side. The request id leads to the cause in the log.',
  };
}

export function fromWireError(wire: WireError): DomainError {
  return new DomainError(wire.code, wire.message, { fields: wire.fields, retry_after_s: wire.retry_after_s });
}

/** RFC 9457 problem details, as the gateway answers and the clients read them. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: ErrorCode,
    request_id: z.string(),
    errors: z.array(FieldProblem).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

/** Parses by a schema; what does not fit becomes one DomainError that names each field. */
export function parseOrThrow<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues
    .slice(0, 20)
    .map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }));
  const first = fields[0];
  const where = first?.path ? `${first.path}: ` : '';
  throw new DomainError(
    'request.invalid',
    `The ${what} is not valid: ${where}${first?.message ?? 'unknown problem'}.`,
    { fields },
  );
}
