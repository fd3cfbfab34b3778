import { healthRoutes, type Readiness } from '@aicode/contracts';
import { Controller, Res } from '@nestjs/common';
import type { Response } from 'express';

import { Input, Route } from '../http/route.decorator.js';
import type { RouteInput } from '../http/route-input.js';
import { ReadinessChecks } from './health-checks.js';
import { version } from './version.js';

@Controller()
export class HealthController {
  constructor(private readonly checks: ReadinessChecks) {}

  @Route(healthRoutes.live)
  live(): Promise<{ status: 'ok'; version: string }> {
    return Promise.resolve({ status: 'ok', version });
  }

  @Route(healthRoutes.ready)
  async ready(
    @Input() _input: RouteInput<typeof healthRoutes.ready>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Readiness> {
    const answer = await this.checks.check();
    if (answer.status === 'not_ready') response.status(503);
    return answer;
  }
}
