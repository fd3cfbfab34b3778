import { Module } from '@nestjs/common';

import { HealthModule } from '../health/health.module.js';
import { PlatformSummary } from './platform-summary.js';
import { SummaryController } from './summary.controller.js';

@Module({ imports: [HealthModule], controllers: [SummaryController], providers: [PlatformSummary] })
export class SummaryModule {}
