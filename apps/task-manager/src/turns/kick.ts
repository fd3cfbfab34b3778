import type { Database } from '@aicode/database';
import { IsNull, type EntityManager } from 'typeorm';

import { workspacesWithWork } from './eligible.js';
import { SlotEntity } from './slot.entity.js';
import type { TurnQueue } from './turn-queue.js';

/** Sees to it that each free slot with eligible work has its job in the queue. Always after the commit that made the work. */
export class Kicker {
  constructor(
    private readonly database: Database,
    private readonly queue: TurnQueue,
  ) {}

  /** One workspace: after a creation, a freed slot, a workspace that got ready. */
  async kick(workspaceId: string): Promise<void> {
    await this.kickAll({ workspaceId });
  }

  /** Every workspace, or with `notQueued` those with a slot that has no job yet. */
  async kickAll(only: { workspaceId?: string; notQueued?: boolean } = {}): Promise<void> {
    const waiting = await this.database.read((manager) => workspacesWithWork(manager, new Date(), only));
    for (const { workspaceId, rank } of waiting) await this.queueSlots(workspaceId, rank);
  }

  private async queueSlots(workspaceId: string, rank: number): Promise<void> {
    const free = await this.database.read((manager) =>
      manager.findBy(SlotEntity, { workspace_id: workspaceId, attempt_id: IsNull() }),
    );
    for (const slot of free) {
      const queuedAt = slot.queued_prio;
      const better = queuedAt === null || rank < queuedAt;
      if (better && !(await this.database.write((manager) => noteQueued(manager, slot, rank)))) continue;
      const job = { workspace_id: workspaceId, slot: slot.slot, gen: slot.gen };
      await this.queue.add(slot.node, job, better ? rank : queuedAt);
      if (queuedAt !== null && better) await this.queue.raise(slot.node, job, rank);
    }
  }
}

/** False if the slot has moved on meanwhile: whoever moved it kicks it. */
async function noteQueued(manager: EntityManager, slot: SlotEntity, rank: number): Promise<boolean> {
  const { workspace_id, slot: number, gen } = slot;
  const result = await manager.update(
    SlotEntity,
    { workspace_id, slot: number, gen, attempt_id: IsNull() },
    { queued_prio: rank },
  );
  return result.affected === 1;
}
