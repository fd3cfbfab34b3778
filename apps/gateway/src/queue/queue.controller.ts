import { queueRoutes, queueRpc, type Queue } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Controller } from '@nestjs/common';

import { Input, Route } from '../http/route.decorator.js';
import type { RouteInput } from '../http/route-input.js';

@Controller()
export class QueueController {
  private readonly queue;

  constructor(context: ServiceContext) {
    this.queue = context.rpc.client(queueRpc);
  }

  @Route(queueRoutes.list)
  list(@Input() { query }: RouteInput<typeof queueRoutes.list>): Promise<Queue> {
    return this.queue.list(query);
  }
}
