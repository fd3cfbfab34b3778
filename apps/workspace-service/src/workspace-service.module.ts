import { openDatabase } from '@aicode/database';
import type { ServiceContext } from '@aicode/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';

import { FilesRpc } from './files/files.rpc.js';
import { FilesService } from './files/files.service.js';
import { PlatformExecutor } from './files/platform-executor.js';
import { BackgroundWork } from './workspaces/background-work.js';
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
    const { executor } = context.config;
    const git = new PlatformExecutor(executor);
    const background = new BackgroundWork(context, records, git);
    context.onStop('background work', () => background.stop());
    await background.start();
    context.onStop('containers of left workspaces', keepRetaining(context, records));

    return {
      module: WorkspaceServiceModule,
      controllers: [WorkspacesRpc, FilesRpc],
      providers: [
        { provide: WorkspacesService, useValue: new WorkspacesService(context, records, background) },
        {
          provide: FilesService,
          useValue: new FilesService(records, git, new PlatformExecutor(executor, { unsandboxed: true })),
        },
      ],
    };
  }
}
