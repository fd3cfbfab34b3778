import {
  containersRpc,
  DomainError,
  runnerRpc,
  summaryRpc,
  workspacesRpc,
  type Actor,
  type ContainerCounts,
  type RunnerStatus,
  type Summary,
} from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Injectable } from '@nestjs/common';

const workspacesPerPage = 200;

/** Puts together what several services know. What does not answer is left out; only the tasks must be there. */
@Injectable()
export class PlatformSummary {
  private readonly tasks;
  private readonly containers;
  private readonly workspaces;
  private readonly runner;

  constructor(private readonly context: ServiceContext) {
    this.tasks = context.rpc.client(summaryRpc);
    this.containers = context.rpc.client(containersRpc);
    this.workspaces = context.rpc.client(workspacesRpc);
    this.runner = context.rpc.client(runnerRpc);
  }

  async show(since: string, actor: Actor): Promise<Summary> {
    const [tasks, containers, runners] = await Promise.all([
      this.tasks.tasks({ since }),
      this.countContainers(actor),
      this.runners(),
    ]);
    const { input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd } = tasks.usage_today;
    return {
      time: new Date().toISOString(),
      since,
      ...tasks,
      tokens_today: input_tokens + output_tokens + cache_read_tokens + cache_write_tokens,
      cost_today_usd: cost_usd,
      containers,
      nodes: runners.map(({ node, figures }) => ({ name: node, ...figures })),
    };
  }

  /** The runners that answer. */
  async runners(): Promise<RunnerStatus[]> {
    const status = await this.ifThere('the runner', () => this.runner.status({}));
    return status ? [status] : [];
  }

  private countContainers(actor: Actor): Promise<ContainerCounts | null> {
    return this.ifThere('the containers', async () => {
      const ids = actor.role === 'admin' ? null : await this.visibleWorkspaces();
      return this.containers.counts({ workspace_ids: ids });
    });
  }

  /** Those that workspace-service shows to the request's actor. */
  private async visibleWorkspaces(): Promise<string[]> {
    const ids: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await this.workspaces.list({ limit: workspacesPerPage, ...(cursor ? { cursor } : {}) });
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.next_cursor;
    } while (cursor);
    return ids;
  }

  private async ifThere<T>(what: string, ask: () => Promise<T>): Promise<T | null> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.context.log.debug({ err: error }, `${what} could not be asked for a summary`);
      return null;
    }
  }
}
