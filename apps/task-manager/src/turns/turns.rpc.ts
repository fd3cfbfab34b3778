import { turnsRpc, type Claim, type Empty } from '@aicode/contracts';
import { RpcHandler, type CallContext } from '@aicode/service-kit';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';

import { requireCaller } from '../tasks/tasks.rpc.js';
import { TurnsService } from './turns.service.js';

@Controller()
export class TurnsRpc {
  constructor(private readonly turns: TurnsService) {}

  @RpcHandler(turnsRpc.claim)
  async claim(input: z.output<typeof turnsRpc.claim.input>, call: CallContext): Promise<{ claim: Claim | null }> {
    requireCaller(call, 'claude-runner');
    return { claim: await this.turns.claim(input) };
  }

  @RpcHandler(turnsRpc.started)
  async started(input: z.output<typeof turnsRpc.started.input>, call: CallContext): Promise<Empty> {
    requireCaller(call, 'claude-runner');
    await this.turns.started(input.task_id, input.attempt);
    return {};
  }
}
