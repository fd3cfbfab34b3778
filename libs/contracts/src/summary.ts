import { z } from 'zod';

import { ContainerCounts, EngineState } from './containers.js';
import { DependencyHealth } from './health.js';
import { Time } from './primitives.js';
import { defineRoute, defineRpc, services } from './rpc.js';
import { Task, Usage } from './tasks.js';
import { NodeFigures, NodeName, RunnerStatus } from './turns.js';

const count = z.int().nonnegative();

/** The caller's tasks in numbers. */
export const TaskSummary = z.object({
  /** `starting` and `running`. */
  running: count,
  /** `pending`. */
  waiting: count,
  waiting_approval: count,
  ended_today: z.object({ succeeded: count, failed: count, cancelled: count, timed_out: count }),
  /** The ten that changed last, the newest change first. */
  recent: z.array(Task),
  /** The ten that ended last, whenever that was. */
  ended: z.array(Task),
  /** Of all attempts that ended today. */
  usage_today: Usage,
});
export type TaskSummary = z.infer<typeof TaskSummary>;

export const summaryRpc = defineRpc('task-manager', 'summary', {
  tasks: { input: z.strictObject({ since: Time }), output: TaskSummary, idempotent: true },
});

export const SummaryQuery = z.strictObject({
  /** When the caller's day began, with any offset; the day of UTC otherwise. */
  since: z.iso
    .datetime({ offset: true })
    .transform((value) => new Date(value).toISOString())
    .optional(),
});

export const Summary = TaskSummary.extend({
  time: Time,
  /** What counts as today begins here. */
  since: Time,
  /** Input, output and cache tokens together. */
  tokens_today: count,
  cost_today_usd: z.number().nonnegative(),
  /** Of the caller's workspaces; null if docker-manager does not answer. */
  containers: ContainerCounts.nullable(),
  /** Empty if no runner answers. */
  nodes: z.array(NodeFigures.extend({ name: NodeName })),
}).meta({ id: 'Summary' });
export type Summary = z.infer<typeof Summary>;

export const ServiceReport = z
  .object({
    name: z.enum(services),
    state: z.enum(['up', 'degraded', 'down']),
    /** Why it is not up and what to do. */
    reason: z.string().nullable(),
    dependencies: z.array(DependencyHealth),
  })
  .meta({ id: 'ServiceReport' });
export type ServiceReport = z.infer<typeof ServiceReport>;

export const Nodes = z
  .object({
    time: Time,
    services: z.array(ServiceReport),
    /** Null if docker-manager does not answer; its report says why. */
    engine: EngineState.nullable(),
    /** The runners that answer. */
    nodes: z.array(RunnerStatus),
  })
  .meta({ id: 'Nodes' });
export type Nodes = z.infer<typeof Nodes>;

export const summaryRoutes = {
  show: defineRoute({
    method: 'GET',
    path: '/summary',
    tag: 'summary',
    summary: 'What runs, waits and ended today, tokens, cost, containers and load',
    access: 'tasks.read',
    status: 200,
    query: SummaryQuery,
    response: Summary,
  }),
};

export const nodesRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/nodes',
    tag: 'nodes',
    summary: 'How each service, the engine and the runners are',
    access: 'tasks.read',
    status: 200,
    response: Nodes,
  }),
};
