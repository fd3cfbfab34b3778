import { until } from '@aicode/testing';
import { describe, expect, it } from '@jest/globals';
import { turnsRpc } from '@aicode/contracts';
import { logKeys } from '@aicode/task-log';

import { alice, bob, useTaskManager } from '../fixtures/task-manager-stack.js';
import { AttemptEntity } from './attempt.entity.js';
import { SlotEntity } from './slot.entity.js';

describe.each([
  ['SQLite', false],
  ['PostgreSQL', true],
])('the queue of turns on %s', (_name, postgres) => {
  const stack = useTaskManager({ postgres, config: { queue: { lease_ttl: 60_000 } } });

  it('holds one job for a free slot, whatever many tasks wait', async () => {
    const workspace = await stack.workspace();
    for (let i = 0; i < 5; i += 1) await stack.create(workspace);
    expect(await stack.queued(workspace.node)).toHaveLength(1);
  });

  it('claims the best task of the node: class, then the user with least at work, then age', async () => {
    const one = await stack.workspace({ slots: 8 });
    const two = await stack.workspace({ node: one.node, slots: 8, owner_id: bob.user_id ?? '' });
    const order = [];
    order[3] = await stack.create(one, 'low', alice);
    order[1] = await stack.create(one, 'medium', alice);
    order[2] = await stack.create(two, 'medium', bob);
    order[0] = await stack.create(two, 'high', bob);
    const claimed = [];
    for (let i = 0; i < 4; i += 1) claimed.push((await stack.take(one)).task_id);
    expect(claimed).toEqual(order.map((task) => task.id));
  });

  it('never runs two tasks in one slot, and two in two', async () => {
    const workspace = await stack.workspace({ slots: 2 });
    for (let i = 0; i < 3; i += 1) await stack.create(workspace);
    await stack.take(workspace);
    await stack.take(workspace);
    expect(await stack.queued(workspace.node)).toEqual([]);
    const slots = await stack.database.read((manager) => manager.findBy(SlotEntity, { workspace_id: workspace.id }));
    expect(new Set(slots.map((slot) => slot.attempt_id)).size).toBe(2);
  });

  it('gives the same nonce the same claim again (rule 3)', async () => {
    const workspace = await stack.workspace();
    await stack.create(workspace);
    const [first] = await stack.queued(workspace.node);
    if (!first) throw new Error('nothing is queued');
    const nonce = crypto.randomUUID();
    const claim = await stack.claim(first.job, workspace.node, nonce);
    expect(await stack.claim(first.job, workspace.node, nonce)).toEqual(claim);
    expect(await stack.claim(first.job, workspace.node)).toBeNull();
  });

  it('refuses a job of an old generation, of another node, of nothing (rule 3)', async () => {
    const workspace = await stack.workspace();
    await stack.create(workspace);
    const [first] = await stack.queued(workspace.node);
    if (!first) throw new Error('nothing is queued');
    expect(await stack.claim({ ...first.job, gen: first.job.gen + 1 }, workspace.node)).toBeNull();
    expect(await stack.claim(first.job, 'another-node')).toBeNull();
    expect(await stack.claim({ ...first.job, slot: 7 }, workspace.node)).toBeNull();
    expect(await stack.claim(first.job, workspace.node)).not.toBeNull();
  });

  it('raises the generation also when there is nothing to claim, so that the next work gets a job (rules 1 and 3)', async () => {
    const workspace = await stack.workspace();
    const task = await stack.create(workspace);
    const [first] = await stack.queued(workspace.node);
    if (!first) throw new Error('nothing is queued');
    await stack.tasks.cancel({ task_id: task.id }, { actor: alice });
    expect(await stack.claim(first.job, workspace.node)).toBeNull();
    await stack.create(workspace);
    const ids = (await stack.queued(workspace.node)).map((job) => job.id);
    expect(ids).toContain(`${workspace.id}_0_${first.job.gen + 1}`);
  });

  it('lets one of many simultaneous claims win', async () => {
    const workspace = await stack.workspace();
    await stack.create(workspace);
    const [first] = await stack.queued(workspace.node);
    if (!first) throw new Error('nothing is queued');
    const claims = await Promise.all(Array.from({ length: 8 }, () => stack.claim(first.job, workspace.node)));
    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
    const attempts = await stack.database.read((manager) =>
      manager.countBy(AttemptEntity, { workspace_id: workspace.id }),
    );
    expect(attempts).toBe(1);
  });

  it('raises a job only for a better class (rule 4)', async () => {
    const workspace = await stack.workspace();
    await stack.create(workspace, 'low');
    expect((await stack.queued(workspace.node)).map((job) => job.priority)).toEqual([3]);
    await stack.create(workspace, 'high');
    expect((await stack.queued(workspace.node)).map((job) => job.priority)).toEqual([1]);
    await stack.create(workspace, 'medium');
    expect((await stack.queued(workspace.node)).map((job) => job.priority)).toEqual([1]);
  });

  it('does not send a job behind its equals when more of its class comes (rule 4)', async () => {
    const one = await stack.workspace();
    const two = await stack.workspace({ node: one.node });
    await stack.create(one);
    await stack.create(two);
    await stack.create(one);
    expect((await stack.queued(one.node)).map((job) => job.job.workspace_id)).toEqual([one.id, two.id]);
  });

  it('keeps the node’s order whichever workspace the job is of', async () => {
    const one = await stack.workspace();
    const two = await stack.workspace({ node: one.node });
    await stack.create(one, 'low');
    const high = await stack.create(two, 'high');
    const lowJob = (await stack.queued(one.node)).find((job) => job.job.workspace_id === one.id);
    if (!lowJob) throw new Error('nothing is queued');
    expect((await stack.claim(lowJob.job, one.node))?.task_id).toBe(high.id);
    // The low task's slot is free still: it must have a job again.
    await until(async () =>
      (await stack.queued(one.node)).some((job) => job.job.workspace_id === one.id && job.job.gen > lowJob.job.gen),
    );
  });

  it('opens the lease with the claim, and only the runner may ask', async () => {
    const workspace = await stack.workspace();
    const task = await stack.create(workspace);
    const claim = await stack.take(workspace);
    expect(await stack.store.leaseHolder(task.id)).toBe(claim.attempt);
    expect((await stack.task(task.id)).state).toBe('starting');
    await stack.turns.started({ task_id: task.id, attempt: 1 });
    await stack.turns.started({ task_id: task.id, attempt: 1 });
    expect((await stack.task(task.id)).state).toBe('running');
    await stack.turns.started({ task_id: task.id, attempt: 9 });
    const foreign = stack.caller('gateway').context.rpc.client(turnsRpc);
    await expect(foreign.started({ task_id: task.id, attempt: 1 })).rejects.toMatchObject({ code: 'auth.forbidden' });
  });

  it('takes a job that stands active on a free slot for long for lost (rule 8)', async () => {
    const workspace = await stack.workspace();
    await stack.create(workspace);
    const [first] = await stack.queued(workspace.node);
    if (!first) throw new Error('nothing is queued');
    // A processor took the job and died before it claimed.
    const redis = stack.caller('claude-runner').context.redis.shared;
    const key = `bull:run.${workspace.node}:${first.id}`;
    await redis.zrem(`bull:run.${workspace.node}:prioritized`, first.id);
    await redis.lpush(`bull:run.${workspace.node}:active`, first.id);
    await redis.hset(key, 'processedOn', Date.now() - 60_000);
    await until(async () => (await stack.queued(workspace.node)).some((job) => job.job.gen > first.job.gen));
  });

  it('finds work that lost its job, as after a crash between commit and kick (rule 8)', async () => {
    const workspace = await stack.workspace();
    await stack.create(workspace);
    const redis = stack.caller('claude-runner').context.redis.shared;
    const keys = await redis.keys(`bull:run.${workspace.node}:*`);
    await redis.del(...keys);
    await until(async () => (await stack.queued(workspace.node)).length === 1);
  });

  it('lets tasks wait for their workspace and fails them when it is gone', async () => {
    const workspace = await stack.workspace({ state: 'creating' });
    const task = await stack.create(workspace);
    expect(task).toMatchObject({ state: 'pending', wait_reason: 'workspace' });
    expect(await stack.queued(workspace.node)).toEqual([]);
    await stack.database.write((manager) =>
      manager.query("UPDATE workspaces SET state = 'ready' WHERE id = $1", [workspace.id]),
    );
    await until(async () => (await stack.queued(workspace.node)).length === 1);
    await stack.database.write((manager) =>
      manager.query("UPDATE workspaces SET state = 'failed' WHERE id = $1", [workspace.id]),
    );
    const failed = await stack.untilTask(task.id, ({ state }) => state === 'failed');
    expect(failed).toMatchObject({ reason_code: 'workspace_gone' });
  });

  it('leaves no key of a queue without its task', async () => {
    const workspace = await stack.workspace();
    const task = await stack.create(workspace);
    const claim = await stack.take(workspace);
    await stack.finish(claim, ['one']);
    await stack.untilTask(task.id, ({ state }) => state === 'succeeded');
    const redis = stack.caller('claude-runner').context.redis.shared;
    await until(async () => (await redis.pttl(logKeys.fence(task.id))) > 0);
  });
});
