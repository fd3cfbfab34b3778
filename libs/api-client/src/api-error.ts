import { DomainError, ErrorCode, FieldProblem, type ErrorDetails } from '@aicode/contracts';
import { z } from 'zod';

/** The server answered with a problem. */
export class ApiError extends DomainError {
  constructor(
    code: ErrorCode,
    message: string,
    /** HTTP status of the answer. */
    readonly status: number,
    /** Leads to the cause in the platform's log; null if the answer named none. */
    readonly request_id: string | null,
    details: ErrorDetails = {},
  ) {
    super(code, message, details);
  }
}

/** No answer came, or none that a platform gives: nothing is known of what was asked. */
export class ServerUnreachable extends DomainError {
  constructor(
    readonly server: string,
    /**
     * `refused`: nobody is there, or the connection broke; `timeout`: no answer in time; `proxy`: something before the platform
     * does not reach it; `foreign`: something else answers at this address.
     */
    readonly kind: 'refused' | 'timeout' | 'proxy' | 'foreign',
    message: string,
    options?: ErrorOptions,
  ) {
    super('platform.not_running', message, {}, options);
  }
}

/** As the contract's Problem, but open to codes of a newer server. */
const AnyProblem = z.object({
  detail: z.string(),
  code: z.string(),
  request_id: z.string().nullish(),
  errors: z.array(FieldProblem).optional(),
});

const codeByStatus: Record<number, ErrorCode> = {
  401: 'auth.required',
  403: 'auth.forbidden',
  404: 'request.not_found',
  429: 'request.rate_limited',
};

/** The error that an answer with a status of 400 or more stands for. */
export function errorOfAnswer(server: string, response: Response, text: string): DomainError {
  const problem = AnyProblem.safeParse(parseJson(text)).data;
  if (!problem) return foreignAnswer(server, response.status);
  const known = ErrorCode.safeParse(problem.code).data;
  const fallback = codeByStatus[response.status] ?? (response.status >= 500 ? 'internal' : 'request.invalid');
  return new ApiError(known ?? fallback, problem.detail, response.status, problem.request_id ?? null, {
    ...(problem.errors ? { fields: problem.errors } : {}),
    ...retryAfter(response),
  });
}

/** An answer that no platform gives: another program, or a proxy before it. */
export function foreignAnswer(server: string, status: number): ServerUnreachable {
  const proxy = status === 502 || status === 503 || status === 504;
  const message = proxy
    ? `Something before the platform at ${server} answers that it is not there (${status}).`
    : `What answers at ${server} is not AICode Manager (${status}). Check the address.`;
  return new ServerUnreachable(server, proxy ? 'proxy' : 'foreign', message);
}

/** The answer has another shape than this client knows. */
export function unknownShape(response: Response, problem: string): ApiError {
  return new ApiError(
    'internal',
    `The server's answer is not understood (${problem}). Server and client may be of different versions: update the older one.`,
    response.status,
    response.headers.get('x-request-id'),
  );
}

function retryAfter(response: Response): ErrorDetails {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? { retry_after_s: seconds } : {};
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
