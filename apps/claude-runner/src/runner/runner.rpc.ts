import { runnerRpc, type RunnerStatus } from '@aicode/contracts';
import { RpcHandler } from '@aicode/service-kit';
import { Controller } from '@nestjs/common';

import { RunnerState } from './runner-state.js';

@Controller()
export class RunnerRpc {
  constructor(private readonly runner: RunnerState) {}

  @RpcHandler(runnerRpc.status)
  status(): Promise<RunnerStatus> {
    return this.runner.status();
  }
}
