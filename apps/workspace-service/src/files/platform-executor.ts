import type { ServerConfig } from '@aicode/contracts';
import { createProcessExecutor, type Executor, type ProcessExecutorOptions } from '@aicode/sandbox';

type Options = Pick<ProcessExecutorOptions, 'bwrapPath' | 'unsandboxed'>;

/**
 * The sandbox of what the platform itself does with a workspace's files, made when it is first needed. Where it cannot be made
 * that fails with the reason, and the next one tries again: what is missing may have been installed meanwhile.
 */
export class PlatformExecutor {
  private made: Promise<Executor> | undefined;

  constructor(
    private readonly config: ServerConfig['executor'],
    // `process_unsandboxed` is about tasks. A repository nobody has looked at never meets git outside of a sandbox.
    private readonly options: Options = { unsandboxed: false },
  ) {}

  /** @throws DomainError executor.unavailable */
  get(): Promise<Executor> {
    this.made ??= this.make();
    return this.made;
  }

  private async make(): Promise<Executor> {
    try {
      return await createProcessExecutor({ ...this.options, limits: { processes: this.config.max_processes } });
    } catch (error) {
      this.made = undefined;
      throw error;
    }
  }
}
