import { DomainError, tasksRpc, type Attempts, type CancelResults, type Task } from '@aicode/contracts';
import { requirePermission, RpcHandler, type CallContext } from '@aicode/service-kit';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';

import { priorityRank } from './task.entity.js';
import { TasksService } from './tasks.service.js';

type Input<M extends keyof typeof tasksRpc> = z.output<(typeof tasksRpc)[M]['input']>;

@Controller()
export class TasksRpc {
  constructor(private readonly tasks: TasksService) {}

  @RpcHandler(tasksRpc.create)
  async create(input: Input<'create'>, call: CallContext): Promise<Task> {
    requirePermission(call.actor, 'tasks.create');
    return this.tasks.create({ task: input.task, idempotencyKey: input.idempotency_key, retryOf: null }, call.actor);
  }

  @RpcHandler(tasksRpc.get)
  async get(input: Input<'get'>, call: CallContext): Promise<Task> {
    requirePermission(call.actor, 'tasks.read');
    return this.tasks.get(input.task_id, call.actor);
  }

  @RpcHandler(tasksRpc.list)
  async list(input: Input<'list'>, call: CallContext): Promise<{ items: Task[]; next_cursor: string | null }> {
    requirePermission(call.actor, 'tasks.read');
    const { priority, cursor, ...filter } = input;
    return this.tasks.list({ ...filter, before: cursor, priority: priority && priorityRank[priority] }, call.actor);
  }

  @RpcHandler(tasksRpc.cancel)
  async cancel(input: Input<'cancel'>, call: CallContext): Promise<Task> {
    requirePermission(call.actor, 'tasks.cancel');
    return this.tasks.cancel(input.task_id, call.actor);
  }

  @RpcHandler(tasksRpc.cancelMany)
  async cancelMany(input: Input<'cancelMany'>, call: CallContext): Promise<CancelResults> {
    requirePermission(call.actor, 'tasks.cancel');
    return this.tasks.cancelMany(input.ids, call.actor);
  }

  @RpcHandler(tasksRpc.update)
  async update(input: Input<'update'>, call: CallContext): Promise<Task> {
    requirePermission(call.actor, 'tasks.create');
    return this.tasks.reprioritise(input.task_id, input.change.priority, call.actor);
  }

  @RpcHandler(tasksRpc.attempts)
  async attempts(input: Input<'attempts'>, call: CallContext): Promise<Attempts> {
    requirePermission(call.actor, 'tasks.read');
    return this.tasks.attempts(input.task_id, call.actor);
  }

  @RpcHandler(tasksRpc.retry)
  async retry(input: Input<'retry'>, call: CallContext): Promise<Task> {
    requirePermission(call.actor, 'tasks.create');
    return this.tasks.retry(input.task_id, input.idempotency_key, call.actor);
  }

  @RpcHandler(tasksRpc.countActive)
  async countActive(input: Input<'countActive'>, call: CallContext): Promise<{ active: number }> {
    requireCaller(call, 'workspace-service');
    return { active: await this.tasks.countActive(input.workspace_id) };
  }

  @RpcHandler(tasksRpc.cancelAll)
  async cancelAll(input: Input<'cancelAll'>, call: CallContext): Promise<{ active: number }> {
    requireCaller(call, 'workspace-service');
    return { active: await this.tasks.cancelAll(input.workspace_id) };
  }
}

/** Some requests are for one service alone, whoever the user is. */
export function requireCaller(call: CallContext, service: CallContext['caller']): void {
  if (call.caller !== service) throw new DomainError('auth.forbidden', `Only ${service} may ask for this.`);
}
