import type { Priority, Task, WaitReason } from '@aicode/contracts';

import { priorityRank, type TaskEntity } from './task.entity.js';
import type { WorkspaceRow } from './workspace-row.js';

/** A task as everybody outside sees it. */
export function viewTask(task: TaskEntity, workspace: WorkspaceRow | null, now: Date): Task {
  return {
    id: task.id,
    workspace_id: task.workspace_id,
    command: task.command,
    priority: priorityOf(task.priority),
    state: task.state,
    wait_reason: waitReason(task, workspace, now),
    reason: task.reason,
    reason_code: task.reason_code,
    model: task.model,
    timeout_ms: task.timeout_ms,
    max_cost_usd: task.max_cost_usd,
    attempt: task.attempt,
    max_attempts: task.max_attempts,
    due_at: task.due_at,
    cancel_requested: task.cancel_requested_at !== null,
    retry_of: task.retry_of,
    usage: task.usage,
    created_by: task.created_by,
    version: task.version,
    created_at: task.created_at,
    updated_at: task.updated_at,
    started_at: task.started_at,
    ended_at: task.ended_at,
  };
}

/** Why a pending task has not begun; null if it is not pending. */
export function waitReason(task: TaskEntity, workspace: WorkspaceRow | null, now: Date): WaitReason | null {
  if (task.state !== 'pending') return null;
  if (workspace && workspace.state !== 'ready') return 'workspace';
  if (task.due_at !== null && task.due_at > now.toISOString()) return 'backoff';
  return 'slot';
}

function priorityOf(rank: number): Priority {
  if (rank === priorityRank.high) return 'high';
  return rank === priorityRank.low ? 'low' : 'medium';
}
