import {
  cancelRequested,
  DomainError,
  isFinal,
  type Actor,
  type Attempts,
  type CancelResults,
  type CreateTask,
  type Priority,
  type Task,
  type TaskState,
} from '@aicode/contracts';
import { isUniqueViolation, type Database } from '@aicode/database';
import type { ServiceContext } from '@aicode/service-kit';
import type { LogStore } from '@aicode/task-log';
import { In } from 'typeorm';

import type { LogPersister } from '../logs/persister.js';
import { AttemptEntity } from '../turns/attempt.entity.js';
import type { Kicker } from '../turns/kick.js';
import { viewAttempt } from './attempt-view.js';
import { cancelTask } from './cancel-task.js';
import { changePriority } from './change-priority.js';
import { createTask, type NewTask } from './create-task.js';
import { TaskEntity } from './task.entity.js';
import type { TaskNotices } from './task-notices.js';
import { viewTask } from './task-view.js';
import { findTask, listTasks, type TaskFilter, type TaskInWorkspace } from './tasks.repository.js';
import { unfinishedStates } from './transitions.js';

export class TasksService {
  constructor(
    private readonly context: ServiceContext,
    private readonly database: Database,
    private readonly kicker: Kicker,
    private readonly store: LogStore,
    private readonly notices: TaskNotices,
    private readonly persister: LogPersister,
  ) {}

  async create(input: NewTask, actor: Actor): Promise<Task> {
    const create = (): Promise<TaskInWorkspace> =>
      this.database.write((manager) => createTask(manager, input, actor, this.context.config.tasks));
    // Two requests with one key at the same moment: the second finds what the first has made.
    const made = await create().catch((error: unknown) => {
      if (isUniqueViolation(error)) return create();
      throw error;
    });
    await this.notices.changed(made.task.id);
    await this.kick(made.task);
    return view(made);
  }

  async get(taskId: string, actor: Actor): Promise<Task> {
    return view(await this.database.read((manager) => findTask(manager, taskId, actor)));
  }

  async list(filter: TaskFilter, actor: Actor): Promise<{ items: Task[]; next_cursor: string | null }> {
    const found = await this.database.read((manager) =>
      listTasks(manager, { ...filter, limit: filter.limit + 1 }, actor),
    );
    const items = found.slice(0, filter.limit).map(view);
    return { items, next_cursor: found.length > filter.limit ? (items.at(-1)?.id ?? null) : null };
  }

  async cancel(taskId: string, actor: Actor): Promise<Task> {
    const { found, effect } = await this.database.write(async (manager) => {
      const found = await findTask(manager, taskId, actor);
      return { found, effect: await cancelTask(manager, found.task, new Date()) };
    });
    if (effect === 'requested') await this.tellRunner(found.task);
    // Before the notice, so that readers get all of its log before its end.
    if (effect === 'ended') await this.endLog(found.task);
    if (effect !== 'none') await this.notices.changed(taskId);
    return view(found);
  }

  /** One after the other; what can't be cancelled is told, and hinders no other. */
  async cancelMany(taskIds: string[], actor: Actor): Promise<CancelResults> {
    const results: CancelResults['results'] = [];
    for (const id of taskIds) {
      try {
        results.push({ id, task: await this.cancel(id, actor), error: null });
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        results.push({ id, task: null, error: { code: error.code, message: error.message } });
      }
    }
    return { results };
  }

  /** A better priority raises its workspace's jobs; after a worse one they are early, and the claim finds what is best. */
  async reprioritise(taskId: string, priority: Priority, actor: Actor): Promise<Task> {
    const { found, changed } = await this.database.write(async (manager) => {
      const found = await findTask(manager, taskId, actor);
      return { found, changed: await changePriority(manager, found.task, priority, new Date()) };
    });
    if (changed) {
      await this.notices.changed(taskId);
      await this.kick(found.task);
    }
    return view(found);
  }

  async attempts(taskId: string, actor: Actor): Promise<Attempts> {
    const attempts = await this.database.read(async (manager) => {
      const { task } = await findTask(manager, taskId, actor);
      return manager.find(AttemptEntity, { where: { task_id: task.id }, order: { number: 'ASC' } });
    });
    return { items: attempts.map(viewAttempt) };
  }

  /** A new task like one that has ended: a final state is never left. */
  async retry(taskId: string, idempotencyKey: string, actor: Actor): Promise<Task> {
    const { task } = await this.database.read((manager) => findTask(manager, taskId, actor));
    if (!isFinal(task.state)) {
      throw new DomainError(
        'task.not_final',
        `Task ${taskId} has not ended yet (${task.state}). Cancel it first, or wait.`,
      );
    }
    const { workspace_id, command, priority } = viewTask(task, null, new Date());
    const again: CreateTask = {
      workspace_id,
      command,
      priority,
      timeout: task.timeout_ms,
      max_attempts: task.max_attempts,
    };
    if (task.model !== null) again.model = task.model;
    if (task.max_cost_usd !== null) again.max_cost_usd = task.max_cost_usd;
    return this.create({ task: again, idempotencyKey, retryOf: taskId }, actor);
  }

  async countActive(workspaceId: string): Promise<number> {
    const where = { workspace_id: workspaceId, state: In<TaskState>(unfinishedStates) };
    return this.database.read((manager) => manager.countBy(TaskEntity, where));
  }

  /** Cancels whatever a workspace has not ended; returns how many of them still run. */
  async cancelAll(workspaceId: string): Promise<number> {
    const where = { workspace_id: workspaceId, state: In<TaskState>(unfinishedStates) };
    const running = await this.database.write(async (manager) => {
      const tasks = await manager.findBy(TaskEntity, where);
      for (const task of tasks) await cancelTask(manager, task, new Date());
      return tasks;
    });
    for (const task of running) {
      if (isFinal(task.state)) await this.endLog(task);
      else await this.tellRunner(task);
      await this.notices.changed(task.id);
    }
    return running.filter((task) => !isFinal(task.state)).length;
  }

  /** What changed is in SQL and will be found there; a queue that is away must not make the caller do it again. */
  private async kick(task: TaskEntity): Promise<void> {
    await this.kicker.kick(task.workspace_id).catch((error: unknown) => {
      this.context.log.warn(
        { err: error, task_id: task.id },
        'the queue is away; the reconciler queues this task later',
      );
    });
  }

  /** A task that was cancelled while it waited has a live log if it was tried before. */
  private async endLog(task: TaskEntity): Promise<void> {
    if (task.attempt > 0) await this.persister.taskEnded(task.id);
  }

  /** At once by an event, and for sure by the runner's next renewal of its lease. */
  private async tellRunner(task: TaskEntity): Promise<void> {
    await this.store.requestCancel(task.id, task.attempt);
    await this.context.events.publish(cancelRequested, { task_id: task.id, attempt: task.attempt });
  }
}

function view({ task, workspace }: TaskInWorkspace): Task {
  return viewTask(task, workspace, new Date());
}
