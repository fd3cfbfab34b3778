import { setTimeout as delay } from 'node:timers/promises';

import { newId } from '@aicode/contracts';
import type { Database } from '@aicode/database';
import type { ServiceContext } from '@aicode/service-kit';
import type { LogStore } from '@aicode/task-log';
import { In, IsNull, LessThan, Not, type EntityManager } from 'typeorm';

import type { LogPersister } from '../logs/persister.js';
import { lostRunnerLine } from '../logs/platform-lines.js';
import { TaskEntity } from '../tasks/task.entity.js';
import type { TaskNotices } from '../tasks/task-notices.js';
import { activeStates } from '../tasks/transitions.js';
import { WorkspaceRow } from '../tasks/workspace-row.js';
import { AttemptEntity } from './attempt.entity.js';
import type { Kicker } from './kick.js';
import { SlotEntity } from './slot.entity.js';
import { nextGeneration } from './slots.js';
import type { TurnQueue } from './turn-queue.js';

/** Due times are looked for so often; the rest at the configured pace. */
const dueEveryMs = 500;
const strandedAfterMs = 10_000;
const reconcilerKey = 'lock:reconciler';

/** One replica at a time mends what crashes and lost messages leave: work without a job, jobs without work, attempts without a runner. */
export class Reconciler {
  private readonly replica = newId('event');
  private readonly stopping = new AbortController();
  private loop: Promise<void> | undefined;

  constructor(
    private readonly context: ServiceContext,
    private readonly database: Database,
    private readonly kicker: Kicker,
    private readonly queue: TurnQueue,
    private readonly store: LogStore,
    private readonly persister: LogPersister,
    private readonly notices: TaskNotices,
  ) {}

  start(): void {
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    let nextFull = 0;
    while (!this.stopping.signal.aborted) {
      try {
        if (await this.mine()) {
          await this.kicker.kickAll({ notQueued: true });
          if (Date.now() >= nextFull) {
            await this.reconcile();
            nextFull = Date.now() + this.context.config.queue.reconcile_every;
          }
        }
      } catch (error) {
        this.context.log.warn({ err: error }, 'reconciling failed; it is tried again');
      }
      await delay(dueEveryMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  /** Everything, once. */
  async reconcile(): Promise<void> {
    await this.failTasksOfDeadWorkspaces();
    await this.kicker.kickAll();
    await this.freeStrandedJobs();
    await this.repeatCancels();
    await this.endLostAttempts();
  }

  private async mine(): Promise<boolean> {
    const ttl = Math.max(5000, this.context.config.queue.reconcile_every * 3);
    if ((await this.context.redis.shared.set(reconcilerKey, this.replica, 'PX', ttl, 'NX')) === 'OK') return true;
    if ((await this.context.redis.shared.get(reconcilerKey)) !== this.replica) return false;
    await this.context.redis.shared.pexpire(reconcilerKey, ttl);
    return true;
  }

  /** A job that is active on a free slot for long has lost its processor: a new generation gets a new job. */
  private async freeStrandedJobs(): Promise<void> {
    const queued = await this.database.read((manager) =>
      manager.findBy(SlotEntity, { attempt_id: IsNull(), queued_prio: Not(IsNull()) }),
    );
    for (const slot of queued) {
      const job = { workspace_id: slot.workspace_id, slot: slot.slot, gen: slot.gen };
      const active = await this.queue.activeFor(slot.node, job, new Date());
      if (active === null || active < strandedAfterMs) continue;
      await this.database.write((manager) => renewIfFree(manager, slot));
      await this.kicker.kick(slot.workspace_id);
    }
  }

  private async repeatCancels(): Promise<void> {
    const where = { state: In(activeStates), cancel_requested_at: Not(IsNull()) };
    const tasks = await this.database.read((manager) => manager.findBy(TaskEntity, where));
    for (const task of tasks) await this.store.requestCancel(task.id, task.attempt);
  }

  /**
   * Attempts whose lease is gone. Counted from the claim, and from Redis' own start: after a long outage every lease looks dead
   * until its runner had the chance to renew it.
   */
  private async endLostAttempts(): Promise<void> {
    const { lease_ttl, lease_margin } = this.context.config.queue;
    const patience = lease_ttl + lease_margin;
    if ((await this.redisUptimeMs()) < patience) return;
    const before = new Date(Date.now() - patience).toISOString();
    const open = await this.database.read((manager) =>
      manager.findBy(AttemptEntity, { state: 'open', claimed_at: LessThan(before) }),
    );
    for (const attempt of open) {
      if ((await this.store.leaseHolder(attempt.task_id)) !== null) continue;
      await this.takeOver(attempt);
    }
  }

  /** What the runner has still written counts: first everything into SQL, and only then, if that did not end it, the end by us. */
  private async takeOver(attempt: AttemptEntity): Promise<void> {
    await this.persister.drain(attempt.task_id);
    const still = await this.database.read((manager) => manager.findOneByOrFail(AttemptEntity, { id: attempt.id }));
    if (still.state !== 'open') return;
    const task = await this.database.read((manager) => manager.findOneByOrFail(TaskEntity, { id: attempt.task_id }));
    const terminal = { attempt: attempt.number, floor: task.persisted_seq, terminal: true, line: lostRunnerLine() };
    const appended = await this.store.appendUnleased(attempt.task_id, terminal);
    this.context.log.warn(
      { task_id: attempt.task_id, attempt: attempt.number, ...appended },
      'the runner of an attempt was lost',
    );
    await this.persister.drain(attempt.task_id);
  }

  /** Pending work of a workspace that will never be ready ends with its reason. One that is `deleting` may come back: its own service cancels. */
  private async failTasksOfDeadWorkspaces(): Promise<void> {
    const dead = await this.database.read(pendingOfDead);
    if (dead.length === 0) return;
    const ended = await this.database.write((manager) => failPendingOfDead(manager, new Date().toISOString()));
    for (const task of ended) {
      if (task.attempt > 0) await this.persister.taskEnded(task.id);
      await this.notices.changed(task.id);
    }
  }

  private async redisUptimeMs(): Promise<number> {
    const info = await this.context.redis.shared.info('server');
    return Number(/uptime_in_seconds:(\d+)/.exec(info)?.[1] ?? 0) * 1000;
  }
}

async function renewIfFree(manager: EntityManager, slot: SlotEntity): Promise<void> {
  const { workspace_id, slot: number, gen } = slot;
  const now = await manager.findOneBy(SlotEntity, { workspace_id, slot: number, gen, attempt_id: IsNull() });
  if (now) await nextGeneration(manager, now, null);
}

async function pendingOfDead(manager: EntityManager): Promise<TaskEntity[]> {
  return manager
    .createQueryBuilder(TaskEntity, 'task')
    .innerJoin(WorkspaceRow, 'workspace', 'workspace.id = task.workspace_id')
    .where("task.state = 'pending' AND (workspace.state = 'failed' OR workspace.deleted_at IS NOT NULL)")
    .getMany();
}

async function failPendingOfDead(manager: EntityManager, now: string): Promise<TaskEntity[]> {
  const dead = await pendingOfDead(manager);
  for (const task of dead) {
    await manager.update(
      TaskEntity,
      { id: task.id, version: task.version },
      {
        state: 'failed',
        reason: 'Its workspace is gone or could not be created.',
        reason_code: 'workspace_gone',
        due_at: null,
        ended_at: now,
        updated_at: now,
        version: task.version + 1,
      },
    );
  }
  return dead;
}
