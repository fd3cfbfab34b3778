import { summaryRpc, type TaskSummary } from '@aicode/contracts';
import { requirePermission, RpcHandler, type CallContext } from '@aicode/service-kit';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';

import { SummaryService } from './summary.service.js';

@Controller()
export class SummaryRpc {
  constructor(private readonly summary: SummaryService) {}

  @RpcHandler(summaryRpc.tasks)
  async tasks({ since }: z.output<typeof summaryRpc.tasks.input>, call: CallContext): Promise<TaskSummary> {
    requirePermission(call.actor, 'tasks.read');
    return this.summary.tasks(since, call.actor);
  }
}
