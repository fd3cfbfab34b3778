import { logsRpc, type LogHistory, type LogMatches } from '@aicode/contracts';
import { requirePermission, RpcHandler, type CallContext } from '@aicode/service-kit';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';

import { LogsService } from './logs.service.js';

@Controller()
export class LogsRpc {
  constructor(private readonly logs: LogsService) {}

  @RpcHandler(logsRpc.history)
  async history(input: z.output<typeof logsRpc.history.input>, call: CallContext): Promise<LogHistory> {
    requirePermission(call.actor, 'tasks.read');
    return this.logs.history(input, call.actor);
  }

  @RpcHandler(logsRpc.search)
  async search(input: z.output<typeof logsRpc.search.input>, call: CallContext): Promise<LogMatches> {
    requirePermission(call.actor, 'tasks.read');
    return this.logs.search(input, call.actor);
  }

  @RpcHandler(logsRpc.locate)
  async locate(input: z.output<typeof logsRpc.locate.input>, call: CallContext): Promise<{ seq: number }> {
    requirePermission(call.actor, 'tasks.read');
    return { seq: await this.logs.locate(input, call.actor) };
  }
}
