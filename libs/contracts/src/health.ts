import { z } from 'zod';

import { Empty } from './primitives.js';
import { defineRoute, defineRpc, services, type RpcFeature, type ServiceName } from './rpc.js';

/** State of one thing that the platform depends on. `degraded` works, but not as it should; `reason` says why and what to do. */
export const DependencyHealth = z.object({
  name: z.string(),
  state: z.enum(['up', 'degraded', 'down']),
  reason: z.string().nullable(),
});
export type DependencyHealth = z.infer<typeof DependencyHealth>;

export const ServiceHealth = z.object({ service: z.enum(services), dependencies: z.array(DependencyHealth) });
export type ServiceHealth = z.infer<typeof ServiceHealth>;

type HealthMethods = {
  check: { input: typeof Empty; output: typeof ServiceHealth; timeoutMs: number; idempotent: boolean };
};

/** Every service answers this on the bus. */
export function healthRpc(service: ServiceName): RpcFeature<HealthMethods> {
  return defineRpc(service, 'health', {
    check: { input: Empty, output: ServiceHealth, timeoutMs: 2000, idempotent: true },
  });
}

export const Liveness = z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Liveness' });

export const Readiness = z
  .object({
    status: z.enum(['ready', 'degraded', 'not_ready']),
    dependencies: z.array(DependencyHealth),
  })
  .meta({ id: 'Readiness' });
export type Readiness = z.infer<typeof Readiness>;

export const healthRoutes = {
  live: defineRoute({
    method: 'GET',
    path: '/health',
    tag: 'health',
    summary: 'Is the gateway alive',
    access: 'public',
    status: 200,
    response: Liveness,
  }),
  ready: defineRoute({
    method: 'GET',
    path: '/health/ready',
    tag: 'health',
    summary: 'Is everything that tasks need up; 503 if not',
    access: 'public',
    status: 200,
    response: Readiness,
  }),
};
