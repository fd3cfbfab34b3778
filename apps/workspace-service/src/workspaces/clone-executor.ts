import type { ServerConfig } from '@aicode/contracts';
import { createProcessExecutor, type Executor, type ProcessExecutorOptions } from '@aicode/sandbox';

type Tools = Pick<ProcessExecutorOptions, 'bwrapPath'>;

/**
 * The sandbox that git runs in, made when the first clone needs it. Where it cannot be made that clone fails with the reason,
 * and the next one tries again: what is missing may have been installed meanwhile.
 */
export class CloneExecutor {
  private made: Promise<Executor> | undefined;

  constructor(
    private readonly config: ServerConfig['executor'],
    private readonly tools: Tools = {},
  ) {}

  /** @throws DomainError executor.unavailable */
  get(): Promise<Executor> {
    this.made ??= this.make();
    return this.made;
  }

  private async make(): Promise<Executor> {
    try {
      // `process_unsandboxed` is about tasks. A repository nobody has looked at never meets git outside of a sandbox.
      const limits = { processes: this.config.max_processes };
      return await createProcessExecutor({ ...this.tools, unsandboxed: false, limits });
    } catch (error) {
      this.made = undefined;
      throw error;
    }
  }
}
