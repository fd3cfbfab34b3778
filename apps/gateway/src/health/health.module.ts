import { Module } from '@nestjs/common';

import { ReadinessChecks } from './health-checks.js';
import { HealthController } from './health.controller.js';

@Module({ controllers: [HealthController], providers: [ReadinessChecks], exports: [ReadinessChecks] })
export class HealthModule {}
