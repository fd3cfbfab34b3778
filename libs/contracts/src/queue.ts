import { z } from 'zod';

import { WorkspaceId } from './ids.js';
import { defineRoute, defineRpc } from './rpc.js';
import { Task } from './tasks.js';
import { NodeName } from './turns.js';

/**
 * What keeps a pending task: `runner` nothing but its turn; `slot` all places of its workspace are in use; `retry` the time of
 * its next attempt; `workspace` its workspace is not ready.
 */
export const WaitsFor = z.enum(['runner', 'slot', 'retry', 'workspace']);
export type WaitsFor = z.infer<typeof WaitsFor>;

export const QueuedTask = z
  .object({
    task: Task,
    node: NodeName,
    /** 1 is taken first. Counts all tasks of the node, also those that the caller may not see. */
    position: z.int().positive(),
    waits_for: WaitsFor,
    /** `waits_for` in a sentence, with numbers and times. */
    explanation: z.string(),
  })
  .meta({ id: 'QueuedTask' });
export type QueuedTask = z.infer<typeof QueuedTask>;

const filters = { workspace_id: WorkspaceId.optional() };
export const QueueQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(200), ...filters });

export const Queue = z
  .object({
    /** By node, then by position. */
    items: z.array(QueuedTask),
    /** How many of the caller's tasks wait. */
    total: z.int().nonnegative(),
    /** True if `items` are only the first of them. */
    truncated: z.boolean(),
  })
  .meta({ id: 'Queue' });
export type Queue = z.infer<typeof Queue>;

export const queueRpc = defineRpc('task-manager', 'queue', {
  list: {
    input: z.strictObject({ limit: z.int().min(1).max(500), ...filters }),
    output: Queue,
    idempotent: true,
  },
});

export const queueRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/queue',
    tag: 'queue',
    summary: 'What waits, in the order in which it will be taken, and why',
    access: 'tasks.read',
    status: 200,
    query: QueueQuery,
    response: Queue,
  }),
};
