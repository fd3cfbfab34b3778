import type { RunnerStatus, ServerConfig } from '@aicode/contracts';
import type { Executor } from '@aicode/sandbox';

import type { TurnWorker } from '../turns/turn-worker.js';
import type { NodeWatch } from './node-figures.js';

/** What the runner of this node runs on. */
export class RunnerState {
  private readonly startedAt = new Date().toISOString();

  constructor(
    private readonly config: ServerConfig,
    private readonly executor: Executor,
    private readonly worker: TurnWorker,
    private readonly machine: NodeWatch,
  ) {}

  async status(): Promise<RunnerStatus> {
    return {
      node: this.config.runner.node,
      executor: this.executor.kind,
      executor_description: this.executor.description,
      model: this.config.model.base_url,
      running: this.worker.count,
      max_sessions: this.config.runner.max_sessions,
      started_at: this.startedAt,
      figures: await this.machine.figures(),
    };
  }
}
