import { Module } from '@nestjs/common';

import { AuthModule } from '../auth/auth.module.js';
import { LogsModule } from '../logs/logs.module.js';
import { LiveServer } from './live-server.js';
import { PlatformConnections } from './platform-connections.js';
import { WorkspaceOwners } from './workspace-owners.js';

@Module({ imports: [AuthModule, LogsModule], providers: [LiveServer, PlatformConnections, WorkspaceOwners] })
export class LiveModule {}
