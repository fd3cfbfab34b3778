import { ServiceContext } from '@aicode/service-kit';
import { LogTail } from '@aicode/task-log';
import { Module } from '@nestjs/common';

import { AuthModule } from '../auth/auth.module.js';
import type { LiveTail } from './live-tail.js';
import { LogPages } from './log-pages.js';
import { LIVE_TAIL, LogReading } from './log-sources.js';
import { LogStreams } from './log-streams.js';
import { LogsController } from './logs.controller.js';
import { TaskSignals } from './task-signals.js';

const liveTail = {
  provide: LIVE_TAIL,
  inject: [ServiceContext],
  useFactory: (context: ServiceContext): LiveTail => {
    const tail = new LogTail(context.redis.open({ blocking: true }), context.redis.shared, (error) =>
      context.log.warn({ err: error }, 'the live end of logs cannot be read while Redis is away'),
    );
    context.onStop('live tail', () => tail.stop());
    return tail;
  },
};

@Module({
  imports: [AuthModule],
  controllers: [LogsController],
  providers: [liveTail, TaskSignals, LogReading, LogPages, LogStreams],
  exports: [TaskSignals, LogReading],
})
export class LogsModule {}
