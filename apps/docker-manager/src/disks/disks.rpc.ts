import { disksRpc, type DiskMechanism } from '@aicode/contracts';
import { requirePermission, RpcHandler, type CallContext } from '@aicode/service-kit';
import { Controller } from '@nestjs/common';

import type { ChosenMechanism } from './choose-mechanism.js';
import { Disks } from './disks.service.js';

@Controller()
export class DisksRpc {
  constructor(private readonly disks: Disks) {}

  @RpcHandler(disksRpc.prepare)
  async prepare(
    input: { workspace_id: string; bytes: number },
    { actor }: CallContext,
  ): Promise<{ mechanism: DiskMechanism }> {
    requirePermission(actor, 'workspaces.create');
    return { mechanism: await this.disks.prepare(input.workspace_id, input.bytes) };
  }

  @RpcHandler(disksRpc.mechanism)
  mechanism(): ChosenMechanism {
    return this.disks.chosen;
  }
}
