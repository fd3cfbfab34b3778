import { webRequestHeader } from '@aicode/contracts';

import { ApiError, errorOfAnswer, ServerUnreachable } from './api-error.js';
import { asError } from './backoff.js';

/**
 * Gives the access token for a request, or null without a sign-in. `refused` is a token that the server has just refused:
 * answer with another one, or null if there is none.
 */
export type TokenSource = (refused?: string) => Promise<string | null>;

/**
 * In a browser, where the sign-in is a cookie that no script can read: asked before each request that needs a sign-in, and with
 * `refused` after the server refused one. Renews the cookie if it must; false if nobody is signed in (any more).
 */
export type CookieSession = (refused: boolean) => Promise<boolean>;

export interface ConnectionOptions {
  /** Address of the platform, such as http://127.0.0.1:7780; a path in front of /api/v1 is kept. */
  baseUrl: string;
  token?: TokenSource | undefined;
  /** In place of a token. */
  cookies?: CookieSession | undefined;
  /** Instead of the global fetch. */
  fetch?: typeof fetch | undefined;
  /** Names the client in the platform's log and in its list of sessions. */
  userAgent?: string | undefined;
}

export interface Outgoing {
  method: string;
  /** Below the base address, with its query. */
  path: string;
  headers?: Record<string, string>;
  body?: string | undefined;
  /** Carries the access token if there is one. */
  signedIn: boolean;
  signal?: AbortSignal | undefined;
}

/** Sends single requests to one server; says who asks, and asks again with a fresh token if the server refuses the one it got. */
export class Connection {
  readonly server: string;
  private readonly fetch: typeof fetch;

  constructor(private readonly options: ConnectionOptions) {
    this.server = options.baseUrl.replace(/\/+$/, '');
    this.fetch = options.fetch ?? ((input, init) => fetch(input, init));
  }

  token(refused?: string): Promise<string | null> {
    return this.options.token?.(refused) ?? Promise.resolve(null);
  }

  /** Whether a connection that stays open may be made (again). Always without cookies: there the token says it. */
  mayConnect(refused: boolean): Promise<boolean> {
    return this.options.cookies?.(refused) ?? Promise.resolve(true);
  }

  /** Answers of any status but 401, which is an ApiError when no other token helps. ServerUnreachable if none comes. */
  async send(request: Outgoing): Promise<Response> {
    if (this.options.cookies) return this.sendByCookie(request, this.options.cookies);
    const token = request.signedIn ? await this.token() : null;
    const response = await this.sendWith(token, request);
    if (response.status !== 401) return response;
    if (!request.signedIn || token === null) throw await this.problem(response, request.signal);
    const problem = await this.problem(response, request.signal);
    const fresh = await this.token(token);
    if (fresh === null || fresh === token) throw problem;
    const second = await this.sendWith(fresh, request);
    if (second.status === 401) throw await this.problem(second, request.signal);
    return second;
  }

  /** The error that an answer stands for; reads its body. */
  async problem(response: Response, signal?: AbortSignal): Promise<Error> {
    const text = await this.text(response, signal);
    return errorOfAnswer(this.server, response, text);
  }

  /** The body. ServerUnreachable if the connection breaks in the middle of it. */
  async text(response: Response, signal?: AbortSignal): Promise<string> {
    try {
      return await response.text();
    } catch (error) {
      throw this.failure(error, signal);
    }
  }

  /** What went wrong below HTTP, as one of our errors; what the caller aborted stays what the caller gave as reason. */
  failure(error: unknown, signal?: AbortSignal): Error {
    if (signal?.aborted) {
      if (signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError') {
        return new ServerUnreachable(this.server, 'timeout', `The platform at ${this.server} did not answer in time.`);
      }
      return asError(signal.reason);
    }
    if (error instanceof ApiError || error instanceof ServerUnreachable) return error;
    const message = `The platform at ${this.server} cannot be reached (${reasonOf(error)}).`;
    return new ServerUnreachable(this.server, 'refused', message, { cause: error });
  }

  private async sendByCookie(request: Outgoing, cookies: CookieSession): Promise<Response> {
    if (request.signedIn && !(await cookies(false))) {
      throw new ApiError('auth.required', 'You are not signed in. Sign in again.', 401, null);
    }
    const response = await this.sendWith(null, request);
    if (response.status !== 401) return response;
    const problem = await this.problem(response, request.signal);
    if (!request.signedIn || !(await cookies(true))) throw problem;
    const second = await this.sendWith(null, request);
    if (second.status === 401) throw await this.problem(second, request.signal);
    return second;
  }

  private async sendWith(token: string | null, request: Outgoing): Promise<Response> {
    const { userAgent } = this.options;
    try {
      return await this.fetch(`${this.server}${request.path}`, {
        method: request.method,
        headers: {
          Accept: 'application/json',
          ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...(userAgent === undefined ? {} : { 'User-Agent': userAgent }),
          ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
          // No page of another origin can send this header: it shows that the request is ours.
          ...(this.options.cookies ? { [webRequestHeader]: '1' } : {}),
          ...request.headers,
        },
        ...(this.options.cookies ? { credentials: 'include' } : {}),
        ...(request.body === undefined ? {} : { body: request.body }),
        ...(request.signal ? { signal: request.signal } : {}),
        // A token must not follow a redirect to somewhere else.
        redirect: 'error',
      });
    } catch (error) {
      throw this.failure(error, request.signal);
    }
  }
}

/** The system's word for it (ECONNREFUSED), else the innermost error's own. */
function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string') return code;
  const cause: unknown = Reflect.get(error, 'cause');
  return cause ? reasonOf(cause) : String(Reflect.get(error, 'message'));
}
