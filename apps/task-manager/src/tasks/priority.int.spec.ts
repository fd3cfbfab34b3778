import { until } from '@aicode/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Actor, type Priority } from '@aicode/contracts';

import { holdTransaction, untilBlocked } from '../fixtures/held-transaction.js';
import { admin, alice, bob, useTaskManager, viewer } from '../fixtures/task-manager-stack.js';
import type { WorkspaceRow } from './workspace-row.js';

type Stack = ReturnType<typeof useTaskManager>;

const changeOf =
  (stack: Stack) =>
  (task: { id: string }, priority: Priority, actor: Actor = alice) =>
    stack.tasks.update({ task_id: task.id, change: { priority } }, { actor });

describe('another priority', () => {
  const stack = useTaskManager({ config: { queue: { lease_ttl: 60_000 } } });
  const change = changeOf(stack);
  const prioritiesOf = async ({ node }: WorkspaceRow): Promise<number[]> =>
    (await stack.queued(node)).map(({ priority }) => priority);
  beforeAll(async () => {
    // The reconciler would hide a kick that is missing.
    await stack.caller('claude-runner').context.redis.shared.set('lock:reconciler', 'nobody');
  });

  it('raises the job of its workspace when it is better, and the claim follows', async () => {
    const workspace = await stack.workspace();
    await stack.create(workspace, 'medium');
    const low = await stack.create(workspace, 'low');
    expect(await prioritiesOf(workspace)).toEqual([2]);
    expect(await change(low, 'high')).toMatchObject({ priority: 'high', version: low.version + 1, state: 'pending' });
    expect(await prioritiesOf(workspace)).toEqual([1]);
    expect((await stack.take(workspace)).task_id).toBe(low.id);
  });

  it('leaves the job where it is when it is worse: the claim finds what is best', async () => {
    const workspace = await stack.workspace();
    const high = await stack.create(workspace, 'high');
    const medium = await stack.create(workspace, 'medium');
    await change(high, 'low');
    expect(await prioritiesOf(workspace)).toEqual([1]);
    expect((await stack.take(workspace)).task_id).toBe(medium.id);
  });

  it('is no change when it is the same', async () => {
    const task = await stack.create(await stack.workspace());
    expect(await change(task, 'medium')).toEqual(task);
  });

  it('comes too late for a task that has begun or ended', async () => {
    const workspace = await stack.workspace();
    const task = await stack.create(workspace);
    const claim = await stack.take(workspace);
    await expect(change(task, 'high')).rejects.toMatchObject({
      code: 'task.not_pending',
      message: expect.stringContaining('has begun already'),
    });
    await stack.finish(claim, []);
    await stack.untilTask(task.id, ({ state }) => state === 'succeeded');
    await expect(change(task, 'high')).rejects.toMatchObject({ message: expect.stringContaining('has ended already') });
  });

  it('is for those who may create tasks there', async () => {
    const task = await stack.create(await stack.workspace());
    await expect(change(task, 'high', viewer)).rejects.toMatchObject({ code: 'auth.forbidden' });
    await expect(change(task, 'high', bob)).rejects.toMatchObject({ code: 'task.not_found' });
    expect(await change(task, 'high', admin)).toMatchObject({ priority: 'high' });
  });
});

describe('another priority at the moment of', () => {
  const stack = useTaskManager({ postgres: true, config: { queue: { lease_ttl: 60_000 } } });
  const change = changeOf(stack);

  it('a claim comes too late', async () => {
    const task = await stack.create(await stack.workspace());
    const claimed = "UPDATE tasks SET state = 'starting', version = version + 1 WHERE id = $1";
    const commit = await holdTransaction(stack.database, claimed, task.id);
    const changing = change(task, 'high');
    changing.catch(() => undefined);
    await untilBlocked(stack.database, 1);
    await commit();
    await expect(changing).rejects.toMatchObject({ code: 'task.not_pending' });
    expect(await stack.task(task.id)).toMatchObject({ state: 'starting', priority: 'medium' });
  });

  it('another change is not lost', async () => {
    const task = await stack.create(await stack.workspace());
    const other = 'UPDATE tasks SET priority = 2, version = version + 1 WHERE id = $1';
    const commit = await holdTransaction(stack.database, other, task.id);
    const changing = change(task, 'high');
    await untilBlocked(stack.database, 1);
    await commit();
    expect(await changing).toMatchObject({ priority: 'high', version: task.version + 2 });
  });
});

describe('many tasks', () => {
  const stack = useTaskManager({ config: { queue: { lease_ttl: 60_000 } } });

  it('are cancelled each for itself', async () => {
    const workspace = await stack.workspace();
    const done = await stack.create(workspace);
    await stack.finish(await stack.take(workspace), []);
    await stack.untilTask(done.id, ({ state }) => state === 'succeeded');
    const running = await stack.create(workspace);
    await stack.take(workspace);
    const waiting = await stack.create(workspace);
    const theirs = await stack.create(await stack.workspace({ owner_id: bob.user_id ?? '' }), 'low', bob);
    const ids = [done, running, waiting, theirs].map(({ id }) => id);
    expect((await stack.tasks.cancelMany({ ids }, { actor: alice })).results).toMatchObject([
      { id: done.id, task: null, error: { code: 'task.not_cancellable' } },
      { id: running.id, task: { state: 'starting', cancel_requested: true }, error: null },
      { id: waiting.id, task: { state: 'cancelled' }, error: null },
      { id: theirs.id, task: null, error: { code: 'task.not_found' } },
    ]);
    expect((await stack.task(theirs.id)).state).toBe('pending');
    await expect(stack.tasks.cancelMany({ ids }, { actor: viewer })).rejects.toMatchObject({ code: 'auth.forbidden' });
  });

  it('have their attempts, first to last', async () => {
    const workspace = await stack.workspace();
    const task = await stack.create(workspace);
    const attempts = async (actor: Actor = viewer) =>
      (await stack.tasks.attempts({ task_id: task.id }, { actor })).items;
    expect(await attempts()).toEqual([]);
    const failed = { outcome: 'failed', code: 'model_overloaded', reason: 'The model is overloaded.' };
    await stack.finish(await stack.take(workspace), ['one', 'two'], failed);
    await until(async () => (await stack.queued(workspace.node)).length > 0);
    expect((await stack.take(workspace)).attempt).toBe(2);
    expect(await attempts()).toMatchObject([
      { number: 1, state: 'closed', outcome: 'failed', reason: 'The model is overloaded.', terminal_seq: 3 },
      { number: 2, state: 'open', outcome: null, reason: null, started_at: null, ended_at: null, terminal_seq: null },
    ]);
    await expect(attempts(bob)).rejects.toMatchObject({ code: 'task.not_found' });
  });
});
