import { DomainError, IdempotencyKey, newId, parseOrThrow, type Route } from '@aicode/contracts';
import { z } from 'zod';

/** What a handler gets of a request: only what the contract names, checked by its schemas. */
export interface RouteInput<R extends Route> {
  params: z.output<NonNullable<R['params']>>;
  query: z.output<NonNullable<R['query']>>;
  body: z.output<NonNullable<R['body']>>;
  /** The caller's Idempotency-Key, or a new one. */
  idempotencyKey: string;
}

export interface RawRequest {
  params: unknown;
  query: unknown;
  /** Undefined if there is none. */
  body: unknown;
  idempotencyKey: string | undefined;
}

const nothing = z.strictObject({});

/** Checks every part of a request, also those that the route does not have: what is not asked for is refused. */
export function parseRouteInput<R extends Route>(route: R, raw: RawRequest): RouteInput<Route> {
  return {
    params: parseOrThrow(route.params ?? nothing, raw.params, 'path'),
    query: parseOrThrow(route.query ?? nothing, { ...asObject(raw.query) }, 'query'),
    body: parseBody(route, raw.body),
    idempotencyKey: raw.idempotencyKey === undefined ? newId('request') : parseKey(raw.idempotencyKey),
  };
}

function parseBody(route: Route, body: unknown): unknown {
  if (!route.body) return parseOrThrow(nothing, body ?? {}, 'body');
  if (body === undefined) {
    throw new DomainError('request.invalid', 'The body is missing. Send it as Content-Type: application/json.', {
      fields: [{ path: '', message: 'is missing' }],
    });
  }
  return parseOrThrow(route.body, body, 'body');
}

function parseKey(key: string): string {
  return parseOrThrow(z.object({ 'Idempotency-Key': IdempotencyKey }), { 'Idempotency-Key': key }, 'request')[
    'Idempotency-Key'
  ];
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
