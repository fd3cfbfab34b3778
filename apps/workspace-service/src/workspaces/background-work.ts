import { workspaceChanged } from '@aicode/contracts';
import type { ServiceContext } from '@aicode/service-kit';

import type { PlatformExecutor } from '../files/platform-executor.js';
import { finishCreation } from './finish-creation.js';
import { finishDeletion } from './finish-deletion.js';
import type { WorkspaceRecords } from './workspace-records.js';
import type { WorkspaceEntity } from './workspace.entity.js';
import { takeWorkLease } from './work-lease.js';

type Kind = 'creating' | 'deleting';

/** How many of each this replica works on at once; the others wait for their turn, or for another replica. */
const places: Record<Kind, number> = { creating: 4, deleting: 16 };

interface Job {
  kind: Kind;
  abort: AbortController;
  done: Promise<void>;
}

/**
 * Leads every workspace that is `creating` or `deleting` to its end: those that a request has just made so, and those that
 * a crash has left. What there is to do is in SQL alone, so any replica may go on with it; a lease sees to it that one does.
 */
export class BackgroundWork {
  private readonly jobs = new Map<string, Job>();
  private stopping = false;
  private loop: Promise<void> | undefined;
  private unsubscribe: (() => Promise<void>) | undefined;
  private woken = false;
  private endPause: () => void = () => undefined;

  constructor(
    private readonly context: ServiceContext,
    private readonly records: WorkspaceRecords,
    private readonly executor: PlatformExecutor,
  ) {}

  async start(): Promise<void> {
    this.unsubscribe = await this.context.events.subscribe(workspaceChanged, ({ workspace }) => {
      if (workspace.state !== 'creating') this.stopCreating(workspace.id);
    });
    this.loop = this.run();
  }

  /** Stops what it does; another replica, or the next start, goes on with it. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake();
    await this.loop;
    await this.unsubscribe?.();
    for (const { abort } of this.jobs.values()) abort.abort(new Error('the service stops'));
    await Promise.all([...this.jobs.values()].map(({ done }) => done));
  }

  /** There is something new to do. It is done by the loop, not in the request's own context. */
  wake(): void {
    this.woken = true;
    this.endPause();
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      this.woken = false;
      try {
        this.takeUp(await this.records.unsettled(this.context.config.runner.node));
      } catch (error) {
        this.context.log.warn({ err: error }, 'workspaces to work on could not be looked for; it is tried again');
      }
      await this.pause();
    }
  }

  private async pause(): Promise<void> {
    if (this.woken) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.context.config.queue.reconcile_every);
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private takeUp(rows: WorkspaceEntity[]): void {
    const creating = new Set(rows.filter(({ state }) => state === 'creating').map(({ id }) => id));
    // The event that says so may be lost.
    for (const id of this.jobs.keys()) if (!creating.has(id)) this.stopCreating(id);
    for (const row of rows) {
      const kind: Kind = row.state === 'creating' ? 'creating' : 'deleting';
      if (this.stopping || this.jobs.has(row.id) || this.isFull(kind)) continue;
      const abort = new AbortController();
      const done = this.work(row, abort.signal).finally(() => this.jobs.delete(row.id));
      this.jobs.set(row.id, { kind, abort, done });
    }
  }

  private isFull(kind: Kind): boolean {
    return [...this.jobs.values()].filter((job) => job.kind === kind).length >= places[kind];
  }

  private stopCreating(id: string): void {
    const job = this.jobs.get(id);
    if (job?.kind !== 'creating') return;
    job.abort.abort(new Error('the workspace is no longer being created'));
  }

  private finish(row: WorkspaceEntity, signal: AbortSignal): Promise<void> {
    if (row.state === 'creating') return finishCreation(this.context, this.records, this.executor, row, signal);
    return finishDeletion(this.context, this.records, row, signal);
  }

  private async work(row: WorkspaceEntity, stop: AbortSignal): Promise<void> {
    const { context } = this;
    let signal = stop;
    try {
      const lease = await takeWorkLease(context.redis.shared, row.id, context.config.queue.lease_ttl);
      if (lease === null) return;
      signal = AbortSignal.any([stop, lease.lost]);
      try {
        await this.finish(row, signal);
      } finally {
        await lease.release();
      }
      // Whoever waited for this place, or for this workspace.
      this.wake();
    } catch (error) {
      const message = signal.aborted
        ? 'work on a workspace was stopped'
        : 'work on a workspace failed; it is tried again';
      context.log[signal.aborted ? 'info' : 'warn']({ err: error, workspace_id: row.id }, message);
      if (signal.aborted) this.wake();
    }
  }
}
