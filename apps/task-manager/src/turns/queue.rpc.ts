import { queueRpc, type Queue } from '@aicode/contracts';
import { requirePermission, RpcHandler, type CallContext } from '@aicode/service-kit';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';

import { QueueService } from './queue.service.js';

@Controller()
export class QueueRpc {
  constructor(private readonly queue: QueueService) {}

  @RpcHandler(queueRpc.list)
  async list(input: z.output<typeof queueRpc.list.input>, call: CallContext): Promise<Queue> {
    requirePermission(call.actor, 'tasks.read');
    return this.queue.list(input, call.actor);
  }
}
