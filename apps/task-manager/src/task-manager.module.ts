import { openDatabase } from '@aicode/database';
import type { ServiceContext } from '@aicode/service-kit';
import { LogStore } from '@aicode/task-log';
import { Module, type DynamicModule } from '@nestjs/common';

import { LogEntity, LogTerminalEntity } from './logs/log.entity.js';
import { LogsRpc } from './logs/logs.rpc.js';
import { LogsService } from './logs/logs.service.js';
import { LogPersister } from './logs/persister.js';
import { SummaryRpc } from './summary/summary.rpc.js';
import { SummaryService } from './summary/summary.service.js';
import { TaskEntity } from './tasks/task.entity.js';
import { TaskNotices } from './tasks/task-notices.js';
import { TasksRpc } from './tasks/tasks.rpc.js';
import { TasksService } from './tasks/tasks.service.js';
import { WorkspaceRow } from './tasks/workspace-row.js';
import { AttemptEntity } from './turns/attempt.entity.js';
import { Kicker } from './turns/kick.js';
import { QueueRpc } from './turns/queue.rpc.js';
import { QueueService } from './turns/queue.service.js';
import { Reconciler } from './turns/reconciler.js';
import { SlotEntity } from './turns/slot.entity.js';
import { TurnQueue } from './turns/turn-queue.js';
import { TurnsRpc } from './turns/turns.rpc.js';
import { TurnsService } from './turns/turns.service.js';
import { kickWhenReady } from './turns/workspace-events.js';

const entities = [TaskEntity, AttemptEntity, SlotEntity, LogEntity, LogTerminalEntity, WorkspaceRow];

@Module({})
export class TaskManagerModule {
  /** Wires the parts by hand, in the order in which they start; they stop the other way round. */
  static async create(context: ServiceContext): Promise<DynamicModule> {
    const database = await openDatabase({ url: context.databaseUrl, entities });
    context.onStop('database', () => database.close());
    context.health.add('database', async () => {
      await database.ping();
      return { name: 'database', state: 'up', reason: null };
    });
    const queue = new TurnQueue(context.redis.shared);
    context.onStop('turn queue', () => queue.close());
    const store = new LogStore(context.redis.shared);
    const notices = new TaskNotices(database, context.events);
    const kicker = new Kicker(database, queue);
    const persister = new LogPersister(context, database, store, kicker, notices);
    await persister.start();
    context.onStop('log persister', () => persister.stop());
    const reconciler = new Reconciler(context, database, kicker, queue, store, persister, notices);
    reconciler.start();
    context.onStop('reconciler', () => reconciler.stop());
    await kickWhenReady(context.events, kicker);

    return {
      module: TaskManagerModule,
      controllers: [TasksRpc, TurnsRpc, LogsRpc, QueueRpc, SummaryRpc],
      providers: [
        { provide: TasksService, useValue: new TasksService(context, database, kicker, store, notices, persister) },
        { provide: TurnsService, useValue: new TurnsService(context, database, kicker, store, notices) },
        { provide: LogsService, useValue: new LogsService(database, store) },
        { provide: QueueService, useValue: new QueueService(database) },
        { provide: SummaryService, useValue: new SummaryService(database) },
      ],
    };
  }
}
