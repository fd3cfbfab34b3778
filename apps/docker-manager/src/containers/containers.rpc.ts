import { containersRpc, type EngineState } from '@aicode/contracts';
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
  open(input: Input<'open'>, { actor, signal }: CallContext): Promise<Output<'open'>> {
    requirePermission(actor, 'workspaces.exec');
    return this.containers.open(input, signal);
  }

  @RpcHandler(containersRpc.endAttempts)
  async endAttempts({ workspace_id, keep }: Input<'endAttempts'>): Promise<Output<'endAttempts'>> {
    return { ended: await this.containers.endAttempts(workspace_id, keep) };
  }

  @RpcHandler(containersRpc.release)
  async release({ workspace_id }: Input<'release'>): Promise<Output<'release'>> {
    await this.containers.release(workspace_id);
    return {};
  }

  @RpcHandler(containersRpc.retain)
  async retain({ workspace_ids }: Input<'retain'>): Promise<Output<'retain'>> {
    await this.containers.retain(workspace_ids);
    return {};
  }
}
