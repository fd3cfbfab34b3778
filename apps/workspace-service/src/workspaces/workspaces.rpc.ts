import { workspacesRpc, type Empty, type Workspace } from '@aicode/contracts';
import { requirePermission, RpcHandler, type CallContext } from '@aicode/service-kit';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';

import { WorkspacesService } from './workspaces.service.js';

type Input<M extends keyof typeof workspacesRpc> = z.output<(typeof workspacesRpc)[M]['input']>;

@Controller()
export class WorkspacesRpc {
  constructor(private readonly workspaces: WorkspacesService) {}

  @RpcHandler(workspacesRpc.create)
  async create(input: Input<'create'>, call: CallContext): Promise<Workspace> {
    requirePermission(call.actor, 'workspaces.create');
    return this.workspaces.create(input, call.actor);
  }

  @RpcHandler(workspacesRpc.get)
  async get(input: Input<'get'>, call: CallContext): Promise<Workspace> {
    requirePermission(call.actor, 'workspaces.read');
    return this.workspaces.get(input.workspace_id, call.actor);
  }

  @RpcHandler(workspacesRpc.list)
  async list(input: Input<'list'>, call: CallContext): Promise<{ items: Workspace[]; next_cursor: string | null }> {
    requirePermission(call.actor, 'workspaces.read');
    return this.workspaces.list({ limit: input.limit, before: input.cursor, name: input.name }, call.actor);
  }

  @RpcHandler(workspacesRpc.update)
  async update(input: Input<'update'>, call: CallContext): Promise<Workspace> {
    requirePermission(call.actor, 'workspaces.update');
    return this.workspaces.update(input.workspace_id, input.change, call.actor);
  }

  @RpcHandler(workspacesRpc.delete)
  async delete(input: Input<'delete'>, call: CallContext): Promise<Empty> {
    requirePermission(call.actor, 'workspaces.delete');
    await this.workspaces.delete(input.workspace_id, input.force, call.actor);
    return {};
  }
}
