import { containersRpc, DomainError, type EngineState } from '@aicode/contracts';
import { RpcHandler, requirePermission, type CallContext } from '@aicode/service-kit';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';

import { ContainersService } from './containers.service.js';
import { EngineService } from './engine.service.js';

type Input<M extends keyof typeof containersRpc> = z.output<(typeof containersRpc)[M]['input']>;
type Output<M extends keyof typeof containersRpc> = z.input<(typeof containersRpc)[M]['output']>;

@Controller()
export class ContainersRpc {
  constructor(
    private readonly engines: EngineService,
    private readonly containers: ContainersService,
  ) {}

  @RpcHandler(containersRpc.engine)
  engine(): Promise<EngineState> {
    return this.engines.state();
  }

  @RpcHandler(containersRpc.open)
  open(input: Input<'open'>, { actor }: CallContext): Output<'open'> {
    requirePermission(actor, 'workspaces.exec');
    return this.containers.open(input);
  }

  @RpcHandler(containersRpc.endAttempts)
  async endAttempts(input: Input<'endAttempts'>, { actor }: CallContext): Promise<Output<'endAttempts'>> {
    requirePermission(actor, 'tasks.cancel');
    const { workspace_id, keep } = input;
    return { ended: await this.containers.endAttempts(workspace_id, keep) };
  }

  @RpcHandler(containersRpc.start)
  start(owner: Input<'start'>, { actor }: CallContext): Promise<Output<'start'>> {
    requirePermission(actor, 'workspaces.control');
    return this.containers.start(owner);
  }

  @RpcHandler(containersRpc.stop)
  stop(owner: Input<'stop'>, { actor }: CallContext): Promise<Output<'stop'>> {
    requirePermission(actor, 'workspaces.control');
    return this.containers.stopRooms(owner);
  }

  @RpcHandler(containersRpc.stats)
  stats(owner: Input<'stats'>, { actor }: CallContext): Promise<Output<'stats'>> {
    requirePermission(actor, 'workspaces.read');
    return this.containers.stats(owner);
  }

  @RpcHandler(containersRpc.counts)
  counts({ workspace_ids: ids }: Input<'counts'>, { actor }: CallContext): Promise<Output<'counts'>> {
    requirePermission(actor, 'workspaces.read');
    if (ids === null && actor.role !== 'admin') {
      throw new DomainError('auth.forbidden', 'Only an administrator may ask for the containers of all workspaces.');
    }
    return this.containers.counts(ids);
  }

  @RpcHandler(containersRpc.release)
  async release({ workspace_id }: Input<'release'>, { actor }: CallContext): Promise<Output<'release'>> {
    requirePermission(actor, 'workspaces.delete');
    await this.containers.release(workspace_id);
    return {};
  }

  @RpcHandler(containersRpc.retain)
  async retain({ workspace_ids }: Input<'retain'>, { actor }: CallContext): Promise<Output<'retain'>> {
    requirePermission(actor, 'workspaces.delete');
    await this.containers.retain(workspace_ids);
    return {};
  }
}
