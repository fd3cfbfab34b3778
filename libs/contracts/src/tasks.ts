import { z } from 'zod';

import { ErrorCode } from './errors.js';
import { TaskId, UserId, WorkspaceId } from './ids.js';
import { Duration, PageQuery, Time, pageOf, text, timerRule } from './primitives.js';
import { defineEvent, defineRoute, defineRpc } from './rpc.js';

export const Priority = z.enum(['high', 'medium', 'low']);
export type Priority = z.infer<typeof Priority>;

export const TaskState = z.enum([
  'pending',
  'starting',
  'running',
  'waiting_approval',
  'succeeded',
  'failed',
  'cancelled',
  'timed_out',
]);
export type TaskState = z.infer<typeof TaskState>;

export const finalStates = ['succeeded', 'failed', 'cancelled', 'timed_out'] as const satisfies readonly TaskState[];

/** A final state is never left. */
export function isFinal(state: TaskState): boolean {
  return finalStates.some((final) => final === state);
}

/** What a pending task waits for. `slot` is what the API calls queued: nothing but its turn. */
export const WaitReason = z.enum(['slot', 'workspace', 'backoff']);
export type WaitReason = z.infer<typeof WaitReason>;

/** Why an attempt did not succeed. Which of these are tried again is task-manager's retry rule. */
export const FailureCode = z.enum([
  'model_overloaded',
  'model_rate_limited',
  'model_refused_credential',
  'model_unreachable',
  'model_error',
  'hang',
  'runner_lost',
  'runner_stopping',
  'executor_unavailable',
  'engine_lost',
  'out_of_memory',
  'disk_full',
  'budget_exceeded',
  'cli_failed',
  'task_error',
  'log_too_large',
  'timed_out',
  'cancelled',
  'workspace_gone',
]);
export type FailureCode = z.infer<typeof FailureCode>;

export const Usage = z.object({
  input_tokens: z.int().nonnegative(),
  output_tokens: z.int().nonnegative(),
  cache_read_tokens: z.int().nonnegative(),
  cache_write_tokens: z.int().nonnegative(),
  /** US dollars as the CLI reckons them. */
  cost_usd: z.number().nonnegative(),
});
export type Usage = z.infer<typeof Usage>;

export const Task = z
  .object({
    id: TaskId,
    workspace_id: WorkspaceId,
    /** The prompt; in the queue and in the summary only its first 500 characters. */
    command: z.string(),
    priority: Priority,
    state: TaskState,
    wait_reason: WaitReason.nullable(),
    /** Why it ended or waits so, in words. */
    reason: z.string().nullable(),
    reason_code: FailureCode.nullable(),
    model: z.string().nullable(),
    timeout_ms: z.int(),
    /** All attempts together may cost so much (US dollars); null: no limit. */
    max_cost_usd: z.number().nullable(),
    /** Number of the newest attempt; 0 before the first. */
    attempt: z.int(),
    max_attempts: z.int(),
    /** Not before this time, when it waits to be tried again. */
    due_at: Time.nullable(),
    cancel_requested: z.boolean(),
    retry_of: TaskId.nullable(),
    usage: Usage.nullable(),
    created_by: UserId,
    version: z.int(),
    created_at: Time,
    updated_at: Time,
    started_at: Time.nullable(),
    ended_at: Time.nullable(),
  })
  .meta({ id: 'Task' });
export type Task = z.infer<typeof Task>;

export const CreateTask = z
  .strictObject({
    workspace_id: WorkspaceId,
    command: text(200_000),
    priority: Priority.default('medium'),
    model: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,127}$/, 'is not a model name')
      .optional(),
    /** How long an attempt may run, as `30m` or in milliseconds; the config's default otherwise. */
    timeout: Duration.refine(timerRule.fits, timerRule.message).optional(),
    max_attempts: z.int().min(1).max(10).optional(),
    /** US dollars for all attempts together; the model proxy ends the task there. */
    max_cost_usd: z.number().positive().max(100_000).optional(),
  })
  .meta({ id: 'CreateTask' });
export type CreateTask = z.output<typeof CreateTask>;

/** What of a task that still waits can be changed. */
export const UpdateTask = z.strictObject({ priority: Priority }).meta({ id: 'UpdateTask' });
export type UpdateTask = z.infer<typeof UpdateTask>;

export const CancelTasks = z
  .strictObject({
    ids: z
      .array(TaskId)
      .min(1)
      .max(100)
      .refine((ids) => new Set(ids).size === ids.length, 'must not name a task twice'),
  })
  .meta({ id: 'CancelTasks' });
export type CancelTasks = z.infer<typeof CancelTasks>;

/** What cancelling came to, in the order of the ids: the task as it is then, or why not. */
export const CancelResults = z
  .object({
    results: z.array(
      z.object({
        id: TaskId,
        task: Task.nullable(),
        error: z.object({ code: ErrorCode, message: z.string() }).nullable(),
      }),
    ),
  })
  .meta({ id: 'CancelResults' });
export type CancelResults = z.infer<typeof CancelResults>;

/** One try at a task. */
export const Attempt = z
  .object({
    /** 1, 2, … */
    number: z.int().positive(),
    state: z.enum(['open', 'closed']),
    /** Null while it is open. */
    outcome: z.enum(['succeeded', 'failed', 'cancelled', 'timed_out']).nullable(),
    /** Why it ended so, in words. */
    reason: z.string().nullable(),
    /** A runner took it. */
    claimed_at: Time,
    /** The CLI began to work. */
    started_at: Time.nullable(),
    ended_at: Time.nullable(),
    /** Of the last entry of its log. */
    terminal_seq: z.int().positive().nullable(),
  })
  .meta({ id: 'Attempt' });
export type Attempt = z.infer<typeof Attempt>;

export const Attempts = z.object({ items: z.array(Attempt) }).meta({ id: 'Attempts' });
export type Attempts = z.infer<typeof Attempts>;

export const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must have 1 to 128 visible ASCII characters');

export const TaskRef = z.strictObject({ task_id: TaskId });
const filters = { workspace_id: WorkspaceId.optional(), state: TaskState.optional(), priority: Priority.optional() };
export const TaskQuery = PageQuery.extend(filters);
export const TaskPage = pageOf(Task).meta({ id: 'TaskPage' });

export const tasksRpc = defineRpc('task-manager', 'tasks', {
  create: { input: z.object({ task: CreateTask, idempotency_key: IdempotencyKey }), output: Task, idempotent: true },
  get: { input: TaskRef, output: Task, idempotent: true },
  list: {
    input: z.strictObject({ limit: z.int(), cursor: z.string().optional(), ...filters }),
    output: TaskPage,
    idempotent: true,
  },
  cancel: { input: TaskRef, output: Task, idempotent: true },
  cancelMany: { input: CancelTasks, output: CancelResults, idempotent: true, timeoutMs: 30_000 },
  /** @throws DomainError task.not_pending: it has begun or ended */
  update: { input: TaskRef.extend({ change: UpdateTask }), output: Task, idempotent: true },
  /** First to last. */
  attempts: { input: TaskRef, output: Attempts, idempotent: true },
  /** A new task like a final one. */
  retry: { input: TaskRef.extend({ idempotency_key: IdempotencyKey }), output: Task, idempotent: true },
  /** For workspace-service alone: how many tasks of a workspace are not final, and cancel them all. */
  countActive: {
    input: z.object({ workspace_id: WorkspaceId }),
    output: z.object({ active: z.int() }),
    idempotent: true,
  },
  cancelAll: {
    input: z.object({ workspace_id: WorkspaceId }),
    output: z.object({ active: z.int() }),
    idempotent: true,
  },
});

export const taskChanged = defineEvent('task.changed', z.object({ task: Task, owner_id: UserId }));

const tag = 'tasks';
const params = z.strictObject({ id: TaskId });
export const tasksRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/tasks',
    tag,
    summary: 'List tasks, newest first',
    access: 'tasks.read',
    status: 200,
    query: TaskQuery,
    response: TaskPage,
  }),
  create: defineRoute({
    method: 'POST',
    path: '/tasks',
    tag,
    summary: 'Give a workspace work; it waits in the queue',
    access: 'tasks.create',
    status: 202,
    body: CreateTask,
    response: Task,
    idempotencyKey: true,
  }),
  get: defineRoute({
    method: 'GET',
    path: '/tasks/:id',
    tag,
    summary: 'Show a task',
    access: 'tasks.read',
    status: 200,
    params,
    response: Task,
  }),
  cancel: defineRoute({
    method: 'DELETE',
    path: '/tasks/:id',
    tag,
    summary: 'Cancel a task, waiting or running',
    access: 'tasks.cancel',
    status: 202,
    params,
    response: Task,
  }),
  update: defineRoute({
    method: 'PATCH',
    path: '/tasks/:id',
    tag,
    summary: 'Give a waiting task another priority',
    access: 'tasks.create',
    status: 200,
    params,
    body: UpdateTask,
    response: Task,
  }),
  cancelMany: defineRoute({
    method: 'POST',
    path: '/tasks/cancel',
    tag,
    summary: 'Cancel many tasks; each has its own result',
    access: 'tasks.cancel',
    status: 202,
    body: CancelTasks,
    response: CancelResults,
  }),
  attempts: defineRoute({
    method: 'GET',
    path: '/tasks/:id/attempts',
    tag,
    summary: 'How often a task was tried, and how each try ended',
    access: 'tasks.read',
    status: 200,
    params,
    response: Attempts,
  }),
  retry: defineRoute({
    method: 'POST',
    path: '/tasks/:id/retry',
    tag,
    summary: 'Start a new task like one that has ended',
    access: 'tasks.create',
    status: 202,
    params,
    response: Task,
    idempotencyKey: true,
  }),
};
