import { DomainError, workspacesRoutes, type WorkspaceStats } from '@aicode/contracts';
import { Controller, Req } from '@nestjs/common';
import type { Request } from 'express';

import { Input, Route } from '../http/route.decorator.js';
import type { RouteInput } from '../http/route-input.js';
import { WorkspaceContainers } from './workspace-containers.js';

type Routes = typeof workspacesRoutes;

@Controller()
export class ContainersController {
  constructor(private readonly containers: WorkspaceContainers) {}

  @Route(workspacesRoutes.start)
  start(@Input() { params }: RouteInput<Routes['start']>): Promise<WorkspaceStats> {
    return this.containers.start(params.id);
  }

  @Route(workspacesRoutes.stop)
  stop(@Input() { params }: RouteInput<Routes['stop']>): Promise<WorkspaceStats> {
    return this.containers.stop(params.id);
  }

  @Route(workspacesRoutes.stats)
  stats(@Input() { params }: RouteInput<Routes['stats']>): Promise<WorkspaceStats> {
    return this.containers.stats(params.id);
  }

  @Route(workspacesRoutes.exec)
  async exec(
    @Input() { params, body }: RouteInput<Routes['exec']>,
    @Req() { principal }: Request,
  ): Promise<{ path: string; token: string }> {
    if (!principal) throw new DomainError('auth.required', 'Sign in first.');
    return this.containers.exec(params.id, body, principal);
  }
}
