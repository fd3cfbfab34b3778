import { describe, expect, it } from '@jest/globals';
import { queueRpc, type Actor, type Queue, type Task } from '@aicode/contracts';

import { admin, alice, bob, useTaskManager, viewer } from '../fixtures/task-manager-stack.js';
import type { WorkspaceRow } from '../tasks/workspace-row.js';

describe.each([
  ['SQLite', false],
  ['PostgreSQL', true],
])('the queue on %s', (_name, postgres) => {
  const stack = useTaskManager({ postgres, config: { queue: { lease_ttl: 60_000 } } });
  const queue = (actor: Actor = admin, more: { limit?: number; workspace_id?: string } = {}): Promise<Queue> =>
    stack
      .caller('gateway')
      .context.rpc.client(queueRpc)
      .list({ limit: 500, ...more }, { actor });
  const ofNode = async (node: string, actor?: Actor) => (await queue(actor)).items.filter((item) => item.node === node);
  const bobs = (node: string, slots: number) => stack.workspace({ node, slots, owner_id: bob.user_id ?? '' });

  /** Claims until nothing more can be taken; no attempt ends meanwhile. */
  const takeAll = async (workspace: WorkspaceRow): Promise<string[]> => {
    const taken: string[] = [];
    for (;;) {
      const claim = await stack.take(workspace).catch(() => null);
      if (!claim) return taken;
      taken.push(claim.task_id);
    }
  };

  it('is shown in the order in which claims take it', async () => {
    const one = await stack.workspace({ slots: 3 });
    const two = await stack.workspace({ node: one.node });
    const three = await bobs(one.node, 2);
    const made: Task[] = [];
    for (const [workspace, priority, actor] of [
      [one, 'low', alice],
      [one, 'medium', alice],
      [two, 'medium', alice],
      [three, 'medium', bob],
      [two, 'high', alice],
      [three, 'medium', bob],
      [three, 'high', bob],
      [one, 'medium', alice],
      [one, 'high', alice],
    ] as const) {
      made.push(await stack.create(workspace, priority, actor));
    }
    const shown = await ofNode(one.node);
    expect(shown.map(({ position }) => position)).toEqual(made.map((_, index) => index + 1));
    const now = shown.filter(({ waits_for }) => waits_for === 'runner');
    expect(now).toHaveLength(6);
    expect(await takeAll(one)).toEqual(now.map(({ task }) => task.id));

    // The places are in use; the next to end gives its own away, to the first of its workspace or a better one elsewhere.
    const later = await ofNode(one.node);
    expect(later.map(({ waits_for }) => waits_for)).toEqual(['slot', 'slot', 'slot']);
    expect(new Set(later.map(({ task }) => task.id))).toEqual(new Set(shown.slice(6).map(({ task }) => task.id)));
  });

  it('says why each task waits', async () => {
    const workspace = await stack.workspace();
    const creating = await stack.workspace({ node: workspace.node, state: 'creating' });
    const retried = await stack.create(workspace, 'high');
    const end = {
      outcome: 'failed',
      code: 'model_overloaded',
      reason: 'The model is overloaded.',
      retry_after_ms: 60_000,
    };
    await stack.finish(await stack.take(workspace), [], end);
    await stack.untilTask(retried.id, ({ state }) => state === 'pending');
    const first = await stack.create(workspace);
    const second = await stack.create(workspace);
    const unready = await stack.create(creating, 'high');
    expect(
      (await ofNode(workspace.node)).map(({ task, waits_for, explanation }) => [task.id, waits_for, explanation]),
    ).toEqual([
      [first.id, 'runner', 'It is next: it starts as soon as a runner is free.'],
      [second.id, 'slot', 'Its workspace is busy: 1 task is before it there.'],
      [retried.id, 'retry', expect.stringMatching(/^It is tried again at 20.* UTC\. The model is overloaded\.$/)],
      [unready.id, 'workspace', expect.stringContaining('still being made')],
    ]);
  });

  it('shows a caller what is their own, at its place among all', async () => {
    const mine = await stack.workspace({ slots: 2 });
    const theirs = await bobs(mine.node, 1);
    const before = await stack.create(theirs, 'high', bob);
    const task = await stack.create(mine);
    expect((await ofNode(mine.node, viewer)).map((item) => [item.task.id, item.position])).toEqual([[task.id, 2]]);
    expect((await ofNode(mine.node, bob)).map((item) => [item.task.id, item.position])).toEqual([[before.id, 1]]);
    const other = await stack.workspace({ node: mine.node });
    await stack.create(other);
    expect(await queue(alice, { workspace_id: mine.id })).toMatchObject({
      total: 1,
      items: [{ task: { id: task.id } }],
    });
    expect(await queue(bob, { workspace_id: mine.id })).toEqual({ items: [], total: 0, truncated: false });
  });

  it('is cut where it is asked to be, and a long prompt too', async () => {
    const workspace = await stack.workspace();
    const command = '가'.repeat(600);
    for (const key of ['a', 'b', 'c']) {
      const task = { workspace_id: workspace.id, command };
      await stack.tasks.create({ task, idempotency_key: `${key}-${workspace.id}` }, { actor: alice });
    }
    const { items, total, truncated } = await queue(alice, { workspace_id: workspace.id, limit: 2 });
    expect([items.length, total, truncated]).toEqual([2, 3, true]);
    expect(items[0]?.task.command).toBe(`${'가'.repeat(499)}…`);
    await stack.tasks.cancel({ task_id: items[0]?.task.id ?? '' }, { actor: alice });
    expect(await queue(alice, { workspace_id: workspace.id, limit: 2 })).toMatchObject({ total: 2, truncated: false });
  });
});
