import { until } from '@aicode/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { DockerConfig, resolveContainer, workspaceChanged } from '@aicode/contracts';

import type { WorkspaceRow } from '../tasks/workspace-row.js';
import { alice, useTaskManager } from '../fixtures/task-manager-stack.js';

type Stack = ReturnType<typeof useTaskManager>;

const generations = async (stack: Stack, workspace: WorkspaceRow): Promise<number[]> =>
  (await stack.queued(workspace.node)).filter(({ job }) => job.workspace_id === workspace.id).map(({ job }) => job.gen);

/** The reconciler would hide a kick that is missing: here another holds its place, so that work is queued by kicks alone. */
describe('work is queued without the reconciler (queue rule 2)', () => {
  const stack = useTaskManager({ config: { queue: { lease_ttl: 60_000 } } });
  beforeAll(async () => {
    await stack.caller('claude-runner').context.redis.shared.set('lock:reconciler', 'nobody');
  });

  it('when a task is created', async () => {
    const workspace = await stack.workspace();
    await stack.create(workspace);
    expect(await generations(stack, workspace)).toEqual([0]);
  });

  it('when a slot is freed', async () => {
    const workspace = await stack.workspace();
    await stack.create(workspace);
    const next = await stack.create(workspace);
    await stack.finish(await stack.take(workspace), []);
    await until(async () => (await stack.queued(workspace.node)).length === 1);
    expect((await stack.take(workspace)).task_id).toBe(next.id);
  });

  it('when its workspace gets ready', async () => {
    const workspace = await stack.workspace({ state: 'creating' });
    const task = await stack.create(workspace);
    expect(await stack.queued(workspace.node)).toEqual([]);
    await stack.database.write((manager) =>
      manager.query("UPDATE workspaces SET state = 'ready' WHERE id = $1", [workspace.id]),
    );
    const { node, project_path, owner_id, slots, name } = workspace;
    const { created_at, updated_at } = task;
    const shown = { id: workspace.id, name, node, project_path, owner_id, slots, created_at, updated_at, version: 1 };
    await stack.caller('workspace-service').context.events.publish(workspaceChanged, {
      workspace: {
        ...shown,
        state: 'ready',
        reason: null,
        source: { type: 'empty' },
        container: resolveContainer({}, DockerConfig.parse({})),
        container_settings: {},
      },
    });
    await until(async () => (await stack.queued(node)).length === 1);
  });

  it('when a job was spent on the task of another workspace', async () => {
    const one = await stack.workspace();
    const two = await stack.workspace({ node: one.node });
    const low = await stack.create(one, 'low');
    await stack.create(two, 'high');
    const job = (await stack.queued(one.node)).find((queued) => queued.job.workspace_id === one.id)?.job;
    if (!job) throw new Error('nothing is queued');
    expect((await stack.claim(job, one.node))?.workspace_id).toBe(two.id);
    expect(await generations(stack, one)).toContain(job.gen + 1);
    expect((await stack.claim({ ...job, gen: job.gen + 1 }, one.node))?.task_id).toBe(low.id);
  });

  it('when a job that finds nothing meets work that has just come (the lost wake-up, rule 1)', async () => {
    const workspace = await stack.workspace();
    const first = await stack.create(workspace);
    const [queued] = await stack.queued(workspace.node);
    if (!queued) throw new Error('nothing is queued');
    const redis = stack.caller('claude-runner').context.redis.shared;
    // A processor holds the job: it stays active, under its id, for all of this.
    await redis.zrem(`bull:run.${workspace.node}:prioritized`, queued.id);
    await redis.lpush(`bull:run.${workspace.node}:active`, queued.id);
    await stack.tasks.cancel({ task_id: first.id }, { actor: alice });
    expect(await stack.claim(queued.job, workspace.node)).toBeNull();
    const second = await stack.create(workspace);
    expect((await stack.take(workspace)).task_id).toBe(second.id);
  });
});

describe('the time of another attempt (queue rule 2)', () => {
  // The full round of the reconciler comes once, at the start: it could do the scan's work.
  const stack = useTaskManager({ config: { queue: { lease_ttl: 60_000, reconcile_every: 3_600_000 } } });

  it('is seen in SQL when it has come, and never waits as a delayed job', async () => {
    const workspace = await stack.workspace();
    const task = await stack.create(workspace);
    const claim = await stack.take(workspace);
    const failed = { outcome: 'failed', code: 'model_rate_limited', reason: 'Wait.', retry_after_ms: 1500 };
    await stack.finish(claim, [], failed);
    const { due_at } = await stack.untilTask(task.id, ({ state }) => state === 'pending');
    expect(await stack.caller('claude-runner').context.redis.shared.exists(`bull:run.${workspace.node}:delayed`)).toBe(
      0,
    );
    await until(async () => (await stack.queued(workspace.node)).length === 1);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(due_at ?? ''));
    expect(await stack.take(workspace)).toMatchObject({ task_id: task.id, attempt: 2 });
  });
});
