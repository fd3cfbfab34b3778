import { cancelRequested, type Claim } from '@aicode/contracts';
import type { Database } from '@aicode/database';
import type { ServiceContext } from '@aicode/service-kit';
import type { LogStore } from '@aicode/task-log';

import { TaskEntity } from '../tasks/task.entity.js';
import type { TaskNotices } from '../tasks/task-notices.js';
import { AttemptEntity } from './attempt.entity.js';
import { claimTurn, type ClaimRequest } from './claim.js';
import type { Kicker } from './kick.js';

export class TurnsService {
  constructor(
    private readonly context: ServiceContext,
    private readonly database: Database,
    private readonly kicker: Kicker,
    private readonly store: LogStore,
    private readonly notices: TaskNotices,
  ) {}

  /** Claims in SQL, then opens the lease: from here on only this attempt can write the task's log. */
  async claim(request: ClaimRequest): Promise<Claim | null> {
    const claimed = await this.database.write((manager) => claimTurn(manager, request, new Date()));
    if (!claimed || claimed.task.workspace_id !== request.job.workspace_id)
      await this.kicker.kick(request.job.workspace_id);
    if (!claimed) return null;
    const { claim } = claimed;
    const opened = await this.store.openLease(claim.task_id, claim.attempt, this.context.config.queue.lease_ttl);
    await this.notices.changed(claim.task_id);
    await this.kicker.kick(claim.workspace_id);
    if (opened) await this.repeatCancel(claim);
    return opened ? claim : null;
  }

  async started(taskId: string, attempt: number): Promise<void> {
    const now = new Date().toISOString();
    const started = await this.database.write(async (manager) => {
      const task = await manager.findOneBy(TaskEntity, { id: taskId });
      if (task?.state !== 'starting' || task.attempt !== attempt) return false;
      const change = {
        state: 'running',
        started_at: task.started_at ?? now,
        updated_at: now,
        version: task.version + 1,
      } as const;
      const changed = await manager.update(
        TaskEntity,
        { id: taskId, state: 'starting', attempt, version: task.version },
        change,
      );
      await manager.update(AttemptEntity, { task_id: taskId, number: attempt }, { started_at: now });
      return changed.affected === 1;
    });
    if (started) await this.notices.changed(taskId);
  }

  /** A cancel between the claim's commit and now went to a runner that did not know of the task yet. */
  private async repeatCancel(claim: Claim): Promise<void> {
    const task = await this.database.read((manager) => manager.findOneByOrFail(TaskEntity, { id: claim.task_id }));
    if (task.cancel_requested_at === null) return;
    await this.store.requestCancel(claim.task_id, claim.attempt);
    await this.context.events.publish(cancelRequested, { task_id: claim.task_id, attempt: claim.attempt });
  }
}
