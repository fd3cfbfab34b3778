import { openDatabase } from '@aicode/database';
import type { ServiceContext } from '@aicode/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';

import { BackgroundWork } from './workspaces/background-work.js';
import { CloneExecutor } from './workspaces/clone-executor.js';
import { keepRetaining } from './workspaces/retain-containers.js';
import { WorkspaceEntity } from './workspaces/workspace.entity.js';
import { WorkspaceRecords } from './workspaces/workspace-records.js';
import { WorkspacesRpc } from './workspaces/workspaces.rpc.js';
import { WorkspacesService } from './workspaces/workspaces.service.js';

@Module({})
export class WorkspaceServiceModule {
  /** Wires the parts by hand, in the order in which they start; they stop the other way round. */
  static async create(context: ServiceContext): Promise<DynamicModule> {
    const database = await openDatabase({ url: context.databaseUrl, entities: [WorkspaceEntity], log: context.log });
    context.onStop('database', () => database.close());
    context.health.add('database', async () => {
      await database.ping();
      return { name: 'database', state: 'up', reason: null };
    });
    const records = new WorkspaceRecords(database, context.events, context.config.docker);
    const background = new BackgroundWork(context, records, new CloneExecutor(context.config.executor));
    context.onStop('background work', () => background.stop());
    await background.start();
    context.onStop('containers of left workspaces', keepRetaining(context, records));

    return {
      module: WorkspaceServiceModule,
      controllers: [WorkspacesRpc],
      providers: [{ provide: WorkspacesService, useValue: new WorkspacesService(context, records, background) }],
    };
  }
}
