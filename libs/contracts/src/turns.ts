import { z } from 'zod';

import { ContainerSettings } from './container-settings.js';
import { AttemptId, TaskId, WorkspaceId } from './ids.js';
import { Empty, Time } from './primitives.js';
import { defineEvent, defineRpc } from './rpc.js';
import { FailureCode, Usage } from './tasks.js';

/** A job of the queue: one free slot of a workspace, at one generation of it. Never a task: the claim chooses that. */
export const TurnJob = z.object({ workspace_id: WorkspaceId, slot: z.int().nonnegative(), gen: z.int().nonnegative() });
export type TurnJob = z.infer<typeof TurnJob>;

export const NodeName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must have 1 to 63 small letters, digits or dashes');

/** The BullMQ queue of a node. */
export function turnQueueName(node: string): string {
  return `run.${node}`;
}

/** What a runner has won: one attempt of one task in one slot. */
export const Claim = z.object({
  attempt_id: AttemptId,
  /** Fencing token: every write of the runner carries it. */
  attempt: z.int().positive(),
  task_id: TaskId,
  workspace_id: WorkspaceId,
  project_path: z.string(),
  /** What the workspace sets of its container; the rest is the configuration's. */
  container: ContainerSettings,
  command: z.string(),
  model: z.string().nullable(),
  /** The conversation: a UUID for the CLI's `--session-id` at the first attempt, `--resume` at a later one. */
  session_id: z.uuid(),
  timeout_ms: z.int(),
  /** What earlier attempts cost. A resumed conversation reports its cost from its very beginning. */
  cost_before_usd: z.number().nonnegative(),
  /** What all attempts together may cost; null: no limit. */
  max_cost_usd: z.number().positive().nullable(),
  /** Highest seq of the task's log that SQL has. */
  persisted_seq: z.int().nonnegative(),
});
export type Claim = z.infer<typeof Claim>;

export const turnsRpc = defineRpc('task-manager', 'turns', {
  /** The best task of the node at this moment, or nothing. The same nonce gets the same answer again. */
  claim: {
    input: z.object({ job: TurnJob, nonce: z.string().min(16).max(64), node: NodeName }),
    output: z.object({ claim: Claim.nullable() }),
    idempotent: true,
  },
  /** The CLI has begun to work: starting → running. */
  started: { input: z.object({ task_id: TaskId, attempt: z.int().positive() }), output: Empty, idempotent: true },
});

const longestRetryAfterMs = 24 * 3_600_000;

/** How an attempt ended; the data of the terminal entry of its log. */
export const AttemptEnd = z.object({
  outcome: z.enum(['succeeded', 'failed', 'cancelled', 'timed_out']),
  code: FailureCode.nullable(),
  /** In plain words, for people. */
  reason: z.string().nullable(),
  /** Wait at least so long before another try (milliseconds, at most a day: it becomes a date), as the model API asked. */
  retry_after_ms: z.int().nonnegative().max(longestRetryAfterMs).nullable(),
  usage: Usage.nullable(),
});
export type AttemptEnd = z.infer<typeof AttemptEnd>;

/** Tells the runner of a task at once what the lease says anyway at its next renewal. */
export const cancelRequested = defineEvent('task.cancel_requested', z.object({ task_id: TaskId, attempt: z.int() }));

const bytes = z.number().nonnegative();

/** What the machine of a node has and uses, all of it, not only ours. */
export const NodeFigures = z.object({
  /** Of all cores together, 0 to 100, over the last seconds; null before the first two samples. */
  cpu_percent: z.number().min(0).max(100).nullable(),
  cores: z.int().positive(),
  /** Processes that want to run, mean of the last minute. */
  load: z.number().nonnegative(),
  memory_used: bytes,
  memory_total: bytes,
  /** Of the file system with AICLI_HOME; null if it can't be asked. */
  disk_free: bytes.nullable(),
  disk_total: bytes.nullable(),
});
export type NodeFigures = z.infer<typeof NodeFigures>;

export const RunnerStatus = z.object({
  node: NodeName,
  executor: z.enum(['process', 'docker']),
  executor_description: z.string(),
  model: z.string(),
  running: z.int(),
  max_sessions: z.int(),
  started_at: Time,
  figures: NodeFigures,
});
export type RunnerStatus = z.infer<typeof RunnerStatus>;

/** For /health and `aicli status`: what the runner of this node runs on. */
export const runnerRpc = defineRpc('claude-runner', 'runner', {
  status: { input: Empty, output: RunnerStatus, idempotent: true, timeoutMs: 2000 },
});
