import { Module } from '@nestjs/common';

import { AuthModule } from '../auth/auth.module.js';
import { LogsModule } from '../logs/logs.module.js';
import { LiveServer } from './live-server.js';

@Module({ imports: [AuthModule, LogsModule], providers: [LiveServer] })
export class LiveModule {}
