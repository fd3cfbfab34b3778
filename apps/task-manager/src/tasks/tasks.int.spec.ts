import { until } from '@aicode/testing';
import { describe, expect, it } from '@jest/globals';
import { cancelRequested, newId, taskChanged, tasksRpc, type Task } from '@aicode/contracts';
import { logKeys } from '@aicode/task-log';

import { admin, alice, bob, useTaskManager, viewer } from '../fixtures/task-manager-stack.js';

const stack = useTaskManager();
const cancelAll = (of: { workspace_id: string }) =>
  stack.caller('workspace-service').context.rpc.client(tasksRpc).cancelAll(of);

describe('tasks', () => {
  it('are created pending, with what the config says', async () => {
    const workspace = await stack.workspace();
    const task = await stack.create(workspace);
    expect(task).toMatchObject({
      state: 'pending',
      wait_reason: 'slot',
      attempt: 0,
      max_attempts: 3,
      timeout_ms: 3_600_000,
      priority: 'medium',
    });
    expect(await stack.tasks.get({ task_id: task.id }, { actor: alice })).toEqual(task);
  });

  it('are created once for a key, and a key is for one request', async () => {
    const { id: workspace_id } = await stack.workspace();
    const key = crypto.randomUUID();
    const create = (command: string) =>
      stack.tasks.create({ task: { workspace_id, command }, idempotency_key: key }, { actor: alice });
    const [one, two, three] = await Promise.all([create('a'), create('a'), create('a')]);
    expect(two.id).toBe(one.id);
    expect(three.id).toBe(one.id);
    await expect(create('b')).rejects.toMatchObject({ code: 'request.idempotency_conflict' });
  });

  it.each([
    ['a viewer', viewer, 'auth.forbidden'],
    ['another user', bob, 'workspace.not_found'],
  ])('are not created by %s', async (_name, actor, code) => {
    const workspace = await stack.workspace();
    await expect(stack.create(workspace, 'medium', actor)).rejects.toMatchObject({ code });
  });

  it.each([
    ['deleting', 'workspace.deleting'],
    ['failed', 'workspace.not_ready'],
  ] as const)('are refused in a workspace that is %s', async (state, code) => {
    const workspace = await stack.workspace({ state });
    await expect(stack.create(workspace)).rejects.toMatchObject({ code });
  });

  it('have a time limit within bounds', async () => {
    const { id: workspace_id } = await stack.workspace();
    const create = (timeout: string | number) =>
      stack.tasks.create(
        { task: { workspace_id, command: 'a', timeout }, idempotency_key: crypto.randomUUID() },
        { actor: alice },
      );
    await expect(create('1ms')).rejects.toMatchObject({ code: 'request.invalid' });
    await expect(create('2d')).rejects.toMatchObject({ code: 'request.invalid' });
    expect((await create('5m')).timeout_ms).toBe(300_000);
  });

  it('are found by their owner and by administrators only', async () => {
    const workspace = await stack.workspace();
    const task = await stack.create(workspace);
    await expect(stack.tasks.get({ task_id: task.id }, { actor: bob })).rejects.toMatchObject({
      code: 'task.not_found',
    });
    await expect(stack.tasks.cancel({ task_id: task.id }, { actor: bob })).rejects.toMatchObject({
      code: 'task.not_found',
    });
    await expect(stack.tasks.get({ task_id: newId('task') }, { actor: admin })).rejects.toMatchObject({
      code: 'task.not_found',
    });
    expect((await stack.tasks.get({ task_id: task.id }, { actor: admin })).id).toBe(task.id);
    const mine = await stack.tasks.list({ limit: 200 }, { actor: bob });
    expect(mine.items.map(({ id }) => id)).not.toContain(task.id);
  });

  it('are listed newest first, in pages, by filter', async () => {
    const workspace = await stack.workspace();
    const made = [];
    for (const priority of ['low', 'high', 'low'] as const) made.push(await stack.create(workspace, priority));
    const all = { workspace_id: workspace.id, limit: 2 };
    const first = await stack.tasks.list(all, { actor: alice });
    expect(first.items.map(({ id }) => id)).toEqual([made[2]?.id, made[1]?.id]);
    const second = await stack.tasks.list({ ...all, cursor: first.next_cursor ?? '' }, { actor: alice });
    expect(second).toMatchObject({ items: [{ id: made[0]?.id }], next_cursor: null });
    const high = await stack.tasks.list({ ...all, priority: 'high', state: 'pending' }, { actor: alice });
    expect(high.items.map(({ id }) => id)).toEqual([made[1]?.id]);
  });

  it('are cancelled at once while they wait, and never again', async () => {
    const task = await stack.create(await stack.workspace());
    const cancelled = await stack.tasks.cancel({ task_id: task.id }, { actor: alice });
    expect(cancelled).toMatchObject({ state: 'cancelled', reason_code: 'cancelled' });
    expect(await stack.tasks.cancel({ task_id: task.id }, { actor: alice })).toEqual(cancelled);
  });

  it('tell their runner when they are cancelled at work, by event and by lease', async () => {
    const workspace = await stack.workspace();
    const task = await stack.create(workspace);
    const claim = await stack.take(workspace);
    const told: number[] = [];
    const stop = await stack.caller('claude-runner').context.events.subscribe(cancelRequested, (event) => {
      if (event.task_id === task.id) told.push(event.attempt);
    });
    expect(await stack.tasks.cancel({ task_id: task.id }, { actor: alice })).toMatchObject({
      state: 'starting',
      cancel_requested: true,
    });
    await until(() => told.includes(claim.attempt));
    await stop();
    expect((await stack.store.renewLease(task.id, claim.attempt, 10_000)).cancelRequested).toBe(true);
    await stack.finish(claim, [], { outcome: 'failed', code: 'runner_lost', reason: 'x' });
    // A retry would be wrong now.
    expect((await stack.untilTask(task.id, ({ state }) => state === 'cancelled')).attempt).toBe(1);
  });

  it('cannot be cancelled when they have ended otherwise', async () => {
    const workspace = await stack.workspace();
    const task = await stack.create(workspace);
    await stack.finish(await stack.take(workspace), []);
    await stack.untilTask(task.id, ({ state }) => state === 'succeeded');
    await expect(stack.tasks.cancel({ task_id: task.id }, { actor: alice })).rejects.toMatchObject({
      code: 'task.not_cancellable',
    });
  });

  it('are retried as a new task', async () => {
    const workspace = await stack.workspace();
    const task = await stack.create(workspace, 'high');
    const retry = () => stack.tasks.retry({ task_id: task.id, idempotency_key: crypto.randomUUID() }, { actor: alice });
    await expect(retry()).rejects.toMatchObject({ code: 'task.not_final' });
    await stack.tasks.cancel({ task_id: task.id }, { actor: alice });
    const again = await retry();
    expect(again).toMatchObject({ retry_of: task.id, priority: 'high', command: task.command, state: 'pending' });
    expect(again.id).not.toBe(task.id);
  });

  it('are counted and cancelled for a workspace that goes, by workspace-service alone', async () => {
    const workspace = await stack.workspace();
    await stack.create(workspace);
    await stack.take(workspace);
    const waiting = await stack.create(workspace);
    const rpc = stack.caller('workspace-service').context.rpc.client(tasksRpc);
    const of = { workspace_id: workspace.id };
    expect(await rpc.countActive(of)).toEqual({ active: 2 });
    expect(await rpc.cancelAll(of)).toEqual({ active: 1 });
    expect((await stack.task(waiting.id)).state).toBe('cancelled');
    await expect(stack.tasks.countActive(of)).rejects.toMatchObject({ code: 'auth.forbidden' });
  });

  it('are announced when they change', async () => {
    const seen: string[] = [];
    const stop = await stack.caller('gateway').context.events.subscribe(taskChanged, ({ task }) => {
      seen.push(`${task.id} ${task.state}`);
    });
    const task = await stack.create(await stack.workspace());
    await until(() => seen.includes(`${task.id} pending`));
    await stop();
  });

  it('say when they wait for another attempt', async () => {
    const workspace = await stack.workspace();
    const task = await stack.create(workspace);
    await stack.finish(await stack.take(workspace), [], {
      outcome: 'failed',
      code: 'model_rate_limited',
      reason: 'Wait.',
      retry_after_ms: 60_000,
    });
    const waiting = await stack.untilTask(task.id, ({ state }) => state === 'pending');
    expect(waiting).toMatchObject({ wait_reason: 'backoff', reason: 'Wait.', reason_code: 'model_rate_limited' });
    expect(await stack.queued(workspace.node)).toEqual([]);
    await stack.tasks.cancel({ task_id: task.id }, { actor: alice });
  });

  it.each([
    ['itself', (task: Task) => stack.tasks.cancel({ task_id: task.id }, { actor: alice })],
    ['with its workspace', ({ workspace_id }: Task) => cancelAll({ workspace_id })],
  ])('have let their live log go when one that waits for another attempt was cancelled %s', async (_name, cancel) => {
    const workspace = await stack.workspace();
    const task = await stack.create(workspace);
    const end = { outcome: 'failed', code: 'model_overloaded', reason: 'Wait.', retry_after_ms: 60_000 };
    await stack.finish(await stack.take(workspace), ['one'], end);
    await stack.untilTask(task.id, ({ state }) => state === 'pending');
    await until(async () => (await stack.history(task.id)).length === 3);
    await until(async () => !(await stack.store.unpersistedTasks()).includes(task.id));
    await cancel(task);
    const { shared } = stack.caller('claude-runner').context.redis;
    expect(await shared.pttl(logKeys.stream(task.id))).toBeGreaterThan(0);
    expect(await shared.pttl(logKeys.fence(task.id))).toBeGreaterThan(0);
  });
});
