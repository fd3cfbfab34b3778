import { workspacesRoutes, workspacesRpc, type Workspace } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Controller } from '@nestjs/common';

import { Input, Route } from '../http/route.decorator.js';
import type { RouteInput } from '../http/route-input.js';

type Routes = typeof workspacesRoutes;

@Controller()
export class WorkspacesController {
  private readonly workspaces;

  constructor(context: ServiceContext) {
    this.workspaces = context.rpc.client(workspacesRpc);
  }

  @Route(workspacesRoutes.list)
  list(@Input() { query }: RouteInput<Routes['list']>): Promise<{ items: Workspace[]; next_cursor: string | null }> {
    return this.workspaces.list(query);
  }

  @Route(workspacesRoutes.create)
  create(@Input() { body }: RouteInput<Routes['create']>): Promise<Workspace> {
    return this.workspaces.create(body);
  }

  @Route(workspacesRoutes.get)
  get(@Input() { params }: RouteInput<Routes['get']>): Promise<Workspace> {
    return this.workspaces.get({ workspace_id: params.id });
  }

  @Route(workspacesRoutes.update)
  update(@Input() { params, body }: RouteInput<Routes['update']>): Promise<Workspace> {
    return this.workspaces.update({ workspace_id: params.id, change: body });
  }

  @Route(workspacesRoutes.delete)
  async delete(@Input() { params, query }: RouteInput<Routes['delete']>): Promise<void> {
    await this.workspaces.delete({ workspace_id: params.id, force: query.force });
  }
}
