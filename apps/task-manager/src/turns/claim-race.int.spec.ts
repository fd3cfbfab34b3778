import { describe, expect, it } from '@jest/globals';

import { holdTransaction, untilBlocked } from '../fixtures/held-transaction.js';
import { useTaskManager } from '../fixtures/task-manager-stack.js';

/** SQLite has one writer; on PostgreSQL a task can change between its choice and its taking, and claims come at once. */
describe('claims at the same moment (queue rule 3)', () => {
  const stack = useTaskManager({ postgres: true, config: { queue: { lease_ttl: 60_000 } } });
  it.each([
    ['of the job’s own workspace', true],
    ['of another workspace', false],
  ])('take the next best when the best, %s, is cancelled under them', async (_name, own) => {
    const one = await stack.workspace();
    const two = await stack.workspace({ node: one.node });
    const best = await stack.create(own ? one : two, 'high');
    const next = await stack.create(one, 'low');
    const job = (await stack.queued(one.node)).find((queued) => queued.job.workspace_id === one.id)?.job;
    if (!job) throw new Error('nothing is queued');
    // Not committed yet, so that the claim still sees it pending, and then waits for its row.
    const commit = await holdTransaction(
      stack.database,
      "UPDATE tasks SET state = 'cancelled', version = version + 1 WHERE id = $1",
      best.id,
    );
    const claim = stack.claim(job, one.node);
    await untilBlocked(stack.database, 1);
    await commit();
    expect(await claim).toMatchObject({ task_id: next.id, attempt: 1 });
    expect(await stack.task(best.id)).toMatchObject({ state: 'cancelled', attempt: 0 });
  });

  it('wait for each other: the second sees that its slot is taken', async () => {
    const one = await stack.workspace({ slots: 2 });
    const two = await stack.workspace({ node: one.node });
    const best = await stack.create(one, 'high');
    const next = await stack.create(one, 'low');
    await stack.create(two, 'low');
    const jobs = (await stack.queued(one.node)).map(({ job }) => job);
    const ofOne = jobs.find((job) => job.workspace_id === one.id && job.slot === 0);
    const ofTwo = jobs.find((job) => job.workspace_id === two.id);
    if (!ofOne || !ofTwo) throw new Error('a job is missing');
    // The first is held at the best task's row; it will take that task's slot 0, which is the second one's.
    const commit = await holdTransaction(stack.database, 'SELECT id FROM tasks WHERE id = $1 FOR UPDATE', best.id);
    const first = stack.claim(ofTwo, one.node);
    await untilBlocked(stack.database, 1);
    const second = stack.claim(ofOne, one.node);
    await untilBlocked(stack.database, 2);
    await commit();
    expect(await first).toMatchObject({ task_id: best.id });
    expect(await second).toBeNull();
    expect((await stack.task(next.id)).state).toBe('pending');
  });
});
