import type { EntityManager } from 'typeorm';

import type { WorkspaceRow } from '../tasks/workspace-row.js';
import { SlotEntity } from './slot.entity.js';

/** The rows of a workspace's slots, made when it gets its first task or more slots. */
export async function ensureSlots(manager: EntityManager, workspace: WorkspaceRow): Promise<void> {
  const rows = Array.from({ length: workspace.slots }, (_, slot) => ({
    workspace_id: workspace.id,
    slot,
    node: workspace.node,
    gen: 0,
    attempt_id: null,
    queued_prio: null,
  }));
  await manager.createQueryBuilder().insert().into(SlotEntity).values(rows).orIgnore().execute();
}

/**
 * A new generation of a slot: jobs of the old one are void, and it counts as not queued. False if the slot has moved on since it was
 * read; then nothing is changed.
 */
export async function nextGeneration(
  manager: EntityManager,
  slot: SlotEntity,
  attemptId: string | null,
): Promise<boolean> {
  const moved = await manager.update(
    SlotEntity,
    { workspace_id: slot.workspace_id, slot: slot.slot, gen: slot.gen },
    { gen: slot.gen + 1, queued_prio: null, attempt_id: attemptId },
  );
  return moved.affected === 1;
}
