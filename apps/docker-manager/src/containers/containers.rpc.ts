import { containersRpc, type EngineState } from '@aicode/contracts';
import { RpcHandler } from '@aicode/service-kit';
import { Controller } from '@nestjs/common';

import { EngineService } from './engine.service.js';

@Controller()
export class ContainersRpc {
  constructor(private readonly engines: EngineService) {}

  @RpcHandler(containersRpc.engine)
  engine(): Promise<EngineState> {
    return this.engines.state();
  }
}
