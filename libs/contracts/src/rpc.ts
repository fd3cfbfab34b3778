import type { z } from 'zod';

import type { Permission } from './permissions.js';

/** The services that answer on the bus. */
export const services = [
  'gateway',
  'auth',
  'workspace-service',
  'task-manager',
  'claude-runner',
  'docker-manager',
] as const;
export type ServiceName = (typeof services)[number];

interface MethodSpec<I extends z.ZodType, O extends z.ZodType> {
  input: I;
  output: O;
  /** Milliseconds until the caller gives up and a callee no longer begins; the config's `bus.timeout` otherwise. */
  timeoutMs?: number;
  /** True if doing it twice is the same as once (by a key in its input, or because it only reads): then a lost answer is asked for again. */
  idempotent?: boolean;
}

/** One request that a service answers over the bus. */
export interface RpcMethod<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> extends MethodSpec<I, O> {
  service: ServiceName;
  /** `<service>.<feature>.<method>`: names the handler on the bus. */
  pattern: string;
}

type Methods = Record<string, MethodSpec<z.ZodType, z.ZodType>>;
export type RpcFeature<M extends Methods = Methods> = {
  [K in keyof M]: RpcMethod<M[K]['input'], M[K]['output']>;
};

/** Declares the requests of one feature once, for the service that implements and for all that call. */
export function defineRpc<const M extends Methods>(service: ServiceName, feature: string, methods: M): RpcFeature<M> {
  const entries = Object.entries(methods).map(([name, spec]) => [
    name,
    { ...spec, service, pattern: `${service}.${feature}.${name}` },
  ]);
  return Object.fromEntries(entries) as RpcFeature<M>;
}

/** Something that happened, told to every replica that listens. It may be lost: what must not be lost is in SQL or in a stream. */
export interface EventDefinition<D extends z.ZodType = z.ZodType> {
  name: string;
  data: D;
}

export function defineEvent<D extends z.ZodType>(name: string, data: D): EventDefinition<D> {
  return { name, data };
}

/** One HTTP route under /api/v1: the gateway serves it, OpenAPI describes it, api-client calls it. */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path below /api/v1 with `:param` places. */
  path: string;
  tag: string;
  summary: string;
  /** `public` needs no sign-in, `signed-in` any valid session. */
  access: 'public' | 'signed-in' | Permission;
  /** Answers, or asks by, cookies: only the platform's own pages may call it, with the header of `webRequestHeader`. */
  ownPages?: boolean;
  status: 200 | 201 | 202 | 204;
  params?: Params;
  query?: Query;
  body?: Body;
  response?: Response;
  /** Honours the Idempotency-Key header. */
  idempotencyKey?: boolean;
  /** Also answers `text/event-stream` when asked to. */
  eventStream?: boolean;
}

export function defineRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  route: Route<P, Q, B, R>,
): Route<P, Q, B, R> {
  return route;
}
