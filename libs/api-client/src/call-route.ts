import { DomainError, formatCursor, newId, type LogCursor, type Route } from '@aicode/contracts';
import type { z } from 'zod';

import { ApiError, foreignAnswer, parseJson, ServerUnreachable, unknownShape } from './api-error.js';
import { backoff, pause } from './backoff.js';
import type { Connection } from './connection.js';

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Milliseconds for one try; if not given 30,000, or more where the platform itself may take longer. */
  timeoutMs?: number;
  /** Makes asking twice the same as asking once, over any number of processes; made up for each call if not given. */
  idempotencyKey?: string;
}

type Given<S> = S extends z.ZodType ? (z.ZodType extends S ? object : Fields<z.input<S>, z.output<S>>) : object;
/** What a schema takes, or what it makes of it: both can be written as text. */
type Fields<In, Out> = {
  [K in keyof In]: K extends keyof Out ? (unknown extends In[K] ? Out[K] : In[K] | Out[K]) : In[K];
};
type BodyOf<S> = S extends z.ZodType ? (z.ZodType extends S ? object : z.input<S>) : object;

/** Path, query and body of a route in one object. */
export type RouteRequest<R extends Route> = Given<NonNullable<R['params']>> &
  Given<NonNullable<R['query']>> &
  BodyOf<NonNullable<R['body']>>;
export type RouteAnswer<R extends Route> =
  NonNullable<R['response']> extends infer S
    ? S extends z.ZodType
      ? z.ZodType extends S
        ? void
        : z.output<S>
      : void
    : void;
/** One route as a function. Throws ApiError, ServerUnreachable, or the reason of an aborted signal. */
export type RouteCall<R extends Route> =
  Record<string, never> extends RouteRequest<R>
    ? (request?: RouteRequest<R>, options?: CallOptions) => Promise<RouteAnswer<R>>
    : (request: RouteRequest<R>, options?: CallOptions) => Promise<RouteAnswer<R>>;

const defaultTimeoutMs = 30_000;
/** Containers are made, and their images looked for, while the caller waits. */
const longTimeoutMs: Record<string, number> = {
  '/workspaces/:id/start': 130_000,
  '/workspaces/:id/stop': 70_000,
  '/workspaces/:id/exec': 130_000,
};
const maxTries = 3;
/** A server that asks for a longer wait gets no second try: its answer goes to the caller. */
const longestWaitMs = 5_000;
/** What a route answers besides its own status that is still its answer: readiness says "not ready" with 503. */
const alsoAnswer: Record<string, number> = { '/health/ready': 503 };

/** Calls a route: checks nothing that the server checks, but parses what it answers. Only what may be asked twice is tried again. */
export async function callRoute(
  connection: Connection,
  route: Route,
  request: Readonly<Record<string, unknown>>,
  options: CallOptions = {},
): Promise<unknown> {
  const { path, body } = place(route, request);
  const key = route.idempotencyKey ? (options.idempotencyKey ?? newId('request')) : undefined;
  const repeatable = route.method === 'GET' || route.method === 'DELETE' || key !== undefined;
  for (let tries = 1; ; tries += 1) {
    const timeout = AbortSignal.timeout(options.timeoutMs ?? longTimeoutMs[route.path] ?? defaultTimeoutMs);
    const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
    try {
      const response = await connection.send({
        method: route.method,
        path: `/api/v1${path}`,
        headers: key === undefined ? {} : { 'Idempotency-Key': key },
        body: body === undefined ? undefined : JSON.stringify(body),
        signedIn: route.access !== 'public',
        signal,
      });
      return await readAnswer(connection, route, response, signal);
    } catch (error) {
      const wait = waitBefore(error, tries);
      if (!repeatable || tries >= maxTries || wait === null) throw error;
      await pause(wait, options.signal);
    }
  }
}

async function readAnswer(
  connection: Connection,
  route: Route,
  response: Response,
  signal: AbortSignal,
): Promise<unknown> {
  if (!response.ok && alsoAnswer[route.path] !== response.status) throw await connection.problem(response, signal);
  const text = await connection.text(response, signal);
  if (!route.response) return undefined;
  const result = route.response.safeParse(parseJson(text));
  if (result.success) return result.data;
  if (!response.headers.get('content-type')?.includes('json')) throw foreignAnswer(connection.server, response.status);
  const issue = result.error.issues[0];
  throw unknownShape(response, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown'}`);
}

/** Milliseconds until another try makes sense; null if it does not. */
function waitBefore(error: unknown, tries: number): number | null {
  if (error instanceof ServerUnreachable) {
    return error.kind === 'refused' || error.kind === 'proxy' ? backoff(tries, 100, 1000) : null;
  }
  const passing = error instanceof ApiError && [429, 502, 503, 504].includes(error.status);
  if (!passing) return null;
  const asked = (error.details.retry_after_s ?? 0) * 1000;
  return asked > longestWaitMs ? null : Math.max(asked, backoff(tries, 100, 1000));
}

/** Puts each part of a request where the route has it. */
function place(route: Route, request: Readonly<Record<string, unknown>>): { path: string; body: unknown } {
  const rest = { ...request };
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = rest[name];
    delete rest[name];
    if (typeof value === 'string' && value !== '' && value !== '.' && value !== '..') return encodeURIComponent(value);
    throw new DomainError('request.invalid', `"${name}" is missing: the id of what is asked for.`);
  });
  if (route.body) return { path, body: rest };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) {
    if (value !== undefined && value !== null) query.set(name, asText(value));
  }
  return { path: query.size > 0 ? `${path}?${query.toString()}` : path, body: undefined };
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (isCursor(value)) return formatCursor(value);
  return JSON.stringify(value);
}

function isCursor(value: unknown): value is LogCursor {
  return typeof value === 'object' && value !== null && 'seq' in value && 'attempt' in value;
}
