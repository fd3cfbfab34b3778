import { createHash, randomUUID } from 'node:crypto';

import { DomainError, newId, type Actor, type CreateTask, type ServerConfig } from '@aicode/contracts';
import type { EntityManager } from 'typeorm';

import { ensureSlots } from '../turns/slots.js';
import { priorityRank, TaskEntity } from './task.entity.js';
import { findWorkspace, type TaskInWorkspace } from './tasks.repository.js';

export interface NewTask {
  task: CreateTask;
  idempotencyKey: string;
  retryOf: string | null;
}

/** Writes a pending task, or finds the one that the same key has made before. */
export async function createTask(
  manager: EntityManager,
  input: NewTask,
  actor: Actor,
  config: ServerConfig['tasks'],
): Promise<TaskInWorkspace> {
  const createdBy = actor.user_id;
  if (createdBy === null) throw new DomainError('auth.forbidden', 'Only a user can create a task.');
  const hash = createHash('sha256')
    .update(JSON.stringify([input.task, input.retryOf]))
    .digest('hex');
  const before = await manager.findOneBy(TaskEntity, { created_by: createdBy, idempotency_key: input.idempotencyKey });
  if (before) {
    if (before.request_hash !== hash) {
      throw new DomainError(
        'request.idempotency_conflict',
        'This Idempotency-Key was used for another request. Use a new key for a new task.',
      );
    }
    return { task: before, workspace: await findWorkspace(manager, before.workspace_id, actor) };
  }

  const workspace = await findWorkspace(manager, input.task.workspace_id, actor);
  if (workspace.state === 'deleting')
    throw new DomainError('workspace.deleting', 'This workspace is being deleted; it takes no more tasks.');
  if (workspace.state === 'failed') {
    throw new DomainError(
      'workspace.not_ready',
      'This workspace could not be created, so nothing can run in it. `aicli workspace show` says why.',
    );
  }
  const now = new Date().toISOString();
  const task = manager.create(TaskEntity, {
    id: newId('task'),
    workspace_id: workspace.id,
    node: workspace.node,
    command: input.task.command,
    priority: priorityRank[input.task.priority],
    state: 'pending',
    reason: null,
    reason_code: null,
    model: input.task.model ?? null,
    timeout_ms: timeoutOf(input.task, config),
    max_attempts: input.task.max_attempts ?? config.max_attempts,
    max_cost_usd: input.task.max_cost_usd ?? null,
    attempt: 0,
    due_at: null,
    session_id: randomUUID(),
    cancel_requested_at: null,
    retry_of: input.retryOf,
    created_by: createdBy,
    idempotency_key: input.idempotencyKey,
    request_hash: hash,
    persisted_seq: 0,
    persister_gen: 0,
    usage: null,
    version: 1,
    created_at: now,
    updated_at: now,
    started_at: null,
    ended_at: null,
  });
  await manager.insert(TaskEntity, task);
  await ensureSlots(manager, workspace);
  return { task, workspace };
}

function timeoutOf(task: CreateTask, config: ServerConfig['tasks']): number {
  const timeout = task.timeout ?? config.default_timeout;
  if (timeout < 1000 || timeout > config.max_timeout) {
    const message = `The time limit must lie between 1s and ${Math.round(config.max_timeout / 1000)}s.`;
    throw new DomainError('request.invalid', message, { fields: [{ path: 'timeout', message }] });
  }
  return timeout;
}
