import { logPersisted, taskChanged } from '@aicode/contracts';
import { ServiceContext, type EventBus } from '@aicode/service-kit';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';

import type { Bell } from './bell.js';
import { TaskWatch } from './task-watch.js';

/** Hands the events of tasks to those who read them: one subscription for the process, however many readers. */
@Injectable()
export class TaskSignals implements OnApplicationBootstrap {
  private readonly watches = new Map<string, Set<TaskWatch>>();
  private readonly events: EventBus;

  constructor(context: ServiceContext) {
    this.events = context.events;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.events.subscribe(logPersisted, ({ task_id: taskId, persisted_seq: seq, final }) => {
      for (const watch of this.watches.get(taskId) ?? []) watch.persisted(seq, final);
    });
    await this.events.subscribe(taskChanged, ({ task }) => {
      for (const watch of this.watches.get(task.id) ?? []) watch.changed(task);
    });
  }

  watch(taskId: string, bell: Bell): TaskWatch {
    const watches = this.watches.get(taskId) ?? new Set<TaskWatch>();
    const watch = new TaskWatch(bell, () => {
      watches.delete(watch);
      if (watches.size === 0 && this.watches.get(taskId) === watches) this.watches.delete(taskId);
    });
    watches.add(watch);
    this.watches.set(taskId, watches);
    return watch;
  }
}
