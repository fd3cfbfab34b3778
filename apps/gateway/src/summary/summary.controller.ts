import { DomainError, nodesRoutes, summaryRoutes, type Nodes, type Summary } from '@aicode/contracts';
import { Controller, Req } from '@nestjs/common';
import type { Request } from 'express';

import { ReadinessChecks } from '../health/health-checks.js';
import { Input, Route } from '../http/route.decorator.js';
import type { RouteInput } from '../http/route-input.js';
import { startOfDay } from './day-of.js';
import { PlatformSummary } from './platform-summary.js';
import { serviceReport } from './service-report.js';

@Controller()
export class SummaryController {
  constructor(
    private readonly platform: PlatformSummary,
    private readonly checks: ReadinessChecks,
  ) {}

  @Route(summaryRoutes.show)
  show(@Input() { query }: RouteInput<typeof summaryRoutes.show>, @Req() { principal }: Request): Promise<Summary> {
    if (!principal) throw new DomainError('auth.required', 'Sign in first.');
    return this.platform.show(query.since ?? startOfDay(new Date()), principal.actor);
  }

  @Route(nodesRoutes.list)
  async nodes(): Promise<Nodes> {
    const [{ answers, engine }, nodes] = await Promise.all([this.checks.look(), this.platform.runners()]);
    return { time: new Date().toISOString(), services: answers.map(serviceReport), engine, nodes };
  }
}
