import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';

import { AccessGuard } from './auth/access.guard.js';
import { AuthModule } from './auth/auth.module.js';
import { ContainersController } from './containers/containers.controller.js';
import { ExecAddresses } from './containers/exec-addresses.js';
import { ExecUpgrades } from './containers/exec-upgrades.js';
import { WorkspaceContainers } from './containers/workspace-containers.js';
import { FilesController } from './files/files.controller.js';
import { HealthModule } from './health/health.module.js';
import { ProblemFilter } from './http/problem.filter.js';
import { RequestRates } from './http/request-rates.js';
import { RouteInterceptor } from './http/route.interceptor.js';
import { LiveModule } from './live/live.module.js';
import { LogsModule } from './logs/logs.module.js';
import { OpenapiController } from './openapi/openapi.controller.js';
import { QueueController } from './queue/queue.controller.js';
import { SummaryModule } from './summary/summary.module.js';
import { TasksController } from './tasks/tasks.controller.js';
import { WorkspacesController } from './workspaces/workspaces.controller.js';

@Module({
  imports: [AuthModule, HealthModule, LogsModule, LiveModule, SummaryModule],
  controllers: [
    WorkspacesController,
    ContainersController,
    FilesController,
    TasksController,
    QueueController,
    OpenapiController,
  ],
  providers: [
    RequestRates,
    ExecAddresses,
    WorkspaceContainers,
    ExecUpgrades,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: RouteInterceptor },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
})
export class GatewayModule {}
