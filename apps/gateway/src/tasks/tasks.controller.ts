import { tasksRoutes, tasksRpc, type Attempts, type CancelResults, type Task } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Controller } from '@nestjs/common';

import { Input, Route } from '../http/route.decorator.js';
import type { RouteInput } from '../http/route-input.js';

type Routes = typeof tasksRoutes;

@Controller()
export class TasksController {
  private readonly tasks;

  constructor(context: ServiceContext) {
    this.tasks = context.rpc.client(tasksRpc);
  }

  @Route(tasksRoutes.list)
  list(@Input() { query }: RouteInput<Routes['list']>): Promise<{ items: Task[]; next_cursor: string | null }> {
    return this.tasks.list(query);
  }

  @Route(tasksRoutes.create)
  create(@Input() { body, idempotencyKey }: RouteInput<Routes['create']>): Promise<Task> {
    return this.tasks.create({ task: body, idempotency_key: idempotencyKey });
  }

  @Route(tasksRoutes.get)
  get(@Input() { params }: RouteInput<Routes['get']>): Promise<Task> {
    return this.tasks.get({ task_id: params.id });
  }

  @Route(tasksRoutes.cancel)
  cancel(@Input() { params }: RouteInput<Routes['cancel']>): Promise<Task> {
    return this.tasks.cancel({ task_id: params.id });
  }

  @Route(tasksRoutes.cancelMany)
  cancelMany(@Input() { body }: RouteInput<Routes['cancelMany']>): Promise<CancelResults> {
    return this.tasks.cancelMany(body);
  }

  @Route(tasksRoutes.update)
  update(@Input() { params, body }: RouteInput<Routes['update']>): Promise<Task> {
    return this.tasks.update({ task_id: params.id, change: body });
  }

  @Route(tasksRoutes.attempts)
  attempts(@Input() { params }: RouteInput<Routes['attempts']>): Promise<Attempts> {
    return this.tasks.attempts({ task_id: params.id });
  }

  @Route(tasksRoutes.retry)
  retry(@Input() { params, idempotencyKey }: RouteInput<Routes['retry']>): Promise<Task> {
    return this.tasks.retry({ task_id: params.id, idempotency_key: idempotencyKey });
  }
}
