import type { RunnerStatus, ServerConfig } from '@aicode/contracts';
import type { Executor } from '@aicode/sandbox';
import type { z } from 'zod';

import type { TurnWorker } from '../turns/turn-worker.js';

/** What the runner of this node runs on. */
export class RunnerState {
  private readonly startedAt = new Date().toISOString();

  constructor(
    private readonly config: ServerConfig,
    private readonly executor: Executor,
    private readonly worker: TurnWorker,
  ) {}

  status(): z.infer<typeof RunnerStatus> {
    return {
      node: this.config.runner.node,
      executor: this.executor.kind,
      executor_description: this.executor.description,
      model: this.config.model.base_url,
      running: this.worker.count,
      max_sessions: this.config.runner.max_sessions,
      started_at: this.startedAt,
    };
  }
}
