import { describe, expect, it } from '@jest/globals';
import { newId, summaryRpc, type Actor, type TaskSummary } from '@aicode/contracts';

import { admin, useTaskManager } from '../fixtures/task-manager-stack.js';

const usage = {
  input_tokens: 1,
  output_tokens: 20,
  cache_read_tokens: 300,
  cache_write_tokens: 4000,
  cost_usd: 0.5,
};

describe.each([
  ['SQLite', false],
  ['PostgreSQL', true],
])('the summary on %s', (_name, postgres) => {
  const stack = useTaskManager({ postgres, config: { queue: { lease_ttl: 60_000 } } });
  const start = new Date(Date.now() - 3_600_000).toISOString();
  const summary = (actor: Actor, since = start): Promise<TaskSummary> =>
    stack.caller('gateway').context.rpc.client(summaryRpc).tasks({ since }, { actor });
  const someone = (): Actor & { user_id: string } => ({ user_id: newId('user'), role: 'operator', session_id: null });

  it('counts what a user may see, and what its attempts of today used', async () => {
    const user = someone();
    const workspace = await stack.workspace({ owner_id: user.user_id });
    const create = (more: { max_attempts?: number } = {}) => stack.create(workspace, 'medium', user, more);
    const done = await create();
    await stack.finish(await stack.take(workspace), [], { usage });
    await stack.untilTask(done.id, ({ state }) => state === 'succeeded');
    const failed = await create({ max_attempts: 1 });
    const why = { outcome: 'failed', code: 'model_overloaded', reason: 'Overloaded.', usage };
    await stack.finish(await stack.take(workspace), [], why);
    await stack.untilTask(failed.id, ({ state }) => state === 'failed');
    const unreadable = await create();
    await stack.finish(await stack.take(workspace), [], { outcome: 'nonsense' });
    await stack.untilTask(unreadable.id, ({ state }) => state === 'failed');
    const running = await create();
    await stack.take(workspace);
    const waiting = await create();
    const cancelled = await create();
    await stack.tasks.cancel({ task_id: cancelled.id }, { actor: user });

    const seen = await summary(user);
    expect(seen).toMatchObject({
      running: 1,
      waiting: 1,
      waiting_approval: 0,
      ended_today: { succeeded: 1, failed: 2, cancelled: 1, timed_out: 0 },
      usage_today: {
        input_tokens: 2,
        output_tokens: 40,
        cache_read_tokens: 600,
        cache_write_tokens: 8000,
        cost_usd: 1,
      },
    });
    const all = [done, failed, unreadable, running, waiting, cancelled].map(({ id }) => id);
    expect(seen.recent.map(({ id }) => id).sort()).toEqual(all.sort());
    expect(seen.recent[0]?.id).toBe(cancelled.id);
    expect(seen.ended.map(({ id }) => id)).toEqual([cancelled.id, unreadable.id, failed.id, done.id]);
    expect((await summary(admin)).running).toBeGreaterThanOrEqual(1);
    expect(await summary(someone())).toMatchObject({
      running: 0,
      waiting: 0,
      recent: [],
      ended: [],
      usage_today: { cost_usd: 0 },
    });
  });

  it('begins with the day', async () => {
    const user = someone();
    const workspace = await stack.workspace({ owner_id: user.user_id });
    const task = await stack.create(workspace, 'medium', user);
    await stack.finish(await stack.take(workspace), [], { usage });
    const { ended_at } = await stack.untilTask(task.id, ({ state }) => state === 'succeeded');
    const at = Date.parse(ended_at ?? '');
    const since = (ms: number) => summary(user, new Date(at + ms).toISOString());
    expect(await since(0)).toMatchObject({ ended_today: { succeeded: 1 }, usage_today: { cost_usd: 0.5 } });
    expect(await since(1)).toMatchObject({
      ended_today: { succeeded: 0 },
      usage_today: { cost_usd: 0 },
      ended: [{ id: task.id }],
    });
    await expect(since(-49 * 3_600_000)).rejects.toMatchObject({ code: 'request.invalid' });
  });

  it('names ten tasks, the newest change first', async () => {
    const user = someone();
    const workspace = await stack.workspace({ owner_id: user.user_id });
    const ids: string[] = [];
    for (let i = 0; i < 12; i += 1) ids.push((await stack.create(workspace, 'medium', user)).id);
    const { recent, waiting } = await summary(user);
    expect([recent.length, waiting]).toEqual([10, 12]);
    expect(recent.map(({ id }) => id)).toEqual(ids.reverse().slice(0, 10));
  });
});
