import { newId, type Claim, type TurnJob } from '@aicode/contracts';
import { IsNull, type EntityManager } from 'typeorm';

import { TaskEntity } from '../tasks/task.entity.js';
import { WorkspaceRow } from '../tasks/workspace-row.js';
import { AttemptEntity } from './attempt.entity.js';
import { bestTask } from './eligible.js';
import { SlotEntity } from './slot.entity.js';
import { nextGeneration } from './slots.js';

export interface ClaimRequest {
  job: TurnJob;
  /** One for each call of the queue's processor. */
  nonce: string;
  node: string;
}

export interface Claimed {
  claim: Claim;
  task: TaskEntity;
  workspace: WorkspaceRow;
}

/**
 * Task, slot and attempt in one transaction: the best eligible task of the whole node, or nothing. The job only proves
 * that there is a free slot; which task runs is decided here, so no order of commits inverts priorities.
 */
export async function claimTurn(manager: EntityManager, request: ClaimRequest, now: Date): Promise<Claimed | null> {
  await lockNode(manager, request.node, now);
  const known = await manager.findOneBy(AttemptEntity, { nonce: request.nonce });
  if (known) return known.state === 'open' ? claimedBefore(manager, known) : null;

  const { workspace_id, slot: number, gen } = request.job;
  const slot = await manager.findOneBy(SlotEntity, { workspace_id, slot: number });
  if (!slot || slot.gen !== gen || slot.node !== request.node || slot.attempt_id !== null) return null;
  return takeBest(manager, slot, request, now);
}

/** Takes the best task; if that was cancelled or changed between its choice and its taking, the next best. */
async function takeBest(
  manager: EntityManager,
  slot: SlotEntity,
  request: ClaimRequest,
  now: Date,
): Promise<Claimed | null> {
  let own: SlotEntity | null = slot;
  for (;;) {
    const task = await bestTask(manager, request.node, now);
    const ofOwn: SlotEntity | null = task?.workspace_id === slot.workspace_id ? own : null;
    const target: SlotEntity | null = ofOwn ?? (task && (await freeSlot(manager, task.workspace_id)));
    if (own && target !== own) {
      if (!(await nextGeneration(manager, own, null))) return null;
      own = null;
    }
    if (!task || !target) return null;
    const claimed = await take(manager, task, target, request, now);
    if (claimed) return claimed;
  }
}

/** One claim at a time for a node, so that two cannot choose the same best task. SQLite has one writer anyway. */
async function lockNode(manager: EntityManager, node: string, now: Date): Promise<void> {
  await manager.query(
    'INSERT INTO nodes (name, updated_at) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET updated_at = excluded.updated_at',
    [node, now.toISOString()],
  );
}

async function freeSlot(manager: EntityManager, workspaceId: string): Promise<SlotEntity | null> {
  return manager.findOne(SlotEntity, {
    where: { workspace_id: workspaceId, attempt_id: IsNull() },
    order: { slot: 'ASC' },
  });
}

/** Null if the task is not any more what it was when it was chosen; then nothing has been written. */
async function take(
  manager: EntityManager,
  task: TaskEntity,
  slot: SlotEntity,
  request: ClaimRequest,
  now: Date,
): Promise<Claimed | null> {
  const time = now.toISOString();
  const attempt = manager.create(AttemptEntity, {
    id: newId('attempt'),
    task_id: task.id,
    number: task.attempt + 1,
    workspace_id: task.workspace_id,
    slot: slot.slot,
    slot_gen: slot.gen + 1,
    node: request.node,
    nonce: request.nonce,
    state: 'open',
    claimed_at: time,
    started_at: null,
    ended_at: null,
    outcome: null,
    reason: null,
    terminal_seq: null,
  });
  Object.assign(task, {
    state: 'starting',
    attempt: attempt.number,
    due_at: null,
    reason: null,
    reason_code: null,
    version: task.version + 1,
    updated_at: time,
  } satisfies Partial<TaskEntity>);
  const { state, attempt: number, due_at, reason, reason_code, version, updated_at } = task;
  const taken = await manager.update(
    TaskEntity,
    { id: task.id, state: 'pending', version: version - 1 },
    { state, attempt: number, due_at, reason, reason_code, version, updated_at },
  );
  if (taken.affected !== 1) return null;
  await manager.insert(AttemptEntity, attempt);
  if (!(await nextGeneration(manager, slot, attempt.id)))
    throw new Error(`A slot of ${slot.workspace_id} was taken while its node was locked.`);
  return describe(manager, attempt, task);
}

async function claimedBefore(manager: EntityManager, attempt: AttemptEntity): Promise<Claimed> {
  return describe(manager, attempt, await manager.findOneByOrFail(TaskEntity, { id: attempt.task_id }));
}

async function describe(manager: EntityManager, attempt: AttemptEntity, task: TaskEntity): Promise<Claimed> {
  const workspace = await manager.findOneByOrFail(WorkspaceRow, { id: task.workspace_id });
  const claim: Claim = {
    attempt_id: attempt.id,
    attempt: attempt.number,
    task_id: task.id,
    workspace_id: workspace.id,
    project_path: workspace.project_path,
    container: workspace.container,
    command: task.command,
    model: task.model,
    session_id: task.session_id,
    timeout_ms: task.timeout_ms,
    cost_before_usd: task.usage?.cost_usd ?? 0,
    max_cost_usd: task.max_cost_usd,
    persisted_seq: task.persisted_seq,
  };
  return { claim, task, workspace };
}
