import { until } from '@aicode/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { logKeys } from '@aicode/task-log';

import { useTaskManager } from '../fixtures/task-manager-stack.js';
import { AttemptEntity } from './attempt.entity.js';

const patienceMs = 5000;

/** A lease that is gone is no proof by itself: the runner gets its time, from its claim and from Redis' start. */
describe('an attempt without a lease (queue rule 8)', () => {
  const stack = useTaskManager({
    config: { queue: { lease_ttl: patienceMs - 1000, lease_margin: 1000, reconcile_every: 200 } },
  });
  const redis = () => stack.caller('claude-runner').context.redis.shared;
  const ofTask = (taskId: string): Promise<AttemptEntity> =>
    stack.database.read((manager) => manager.findOneByOrFail(AttemptEntity, { task_id: taskId, number: 1 }));
  const claimed = async (): Promise<string> => {
    const workspace = await stack.workspace();
    const task = await stack.create(workspace);
    await stack.take(workspace);
    return task.id;
  };
  const endOf = async (taskId: string): Promise<number> => {
    await until(async () => (await ofTask(taskId)).state === 'closed', 40_000);
    return Date.parse((await ofTask(taskId)).ended_at ?? '');
  };

  beforeAll(async () => {
    // Redis' own age must not be what holds the reconciler back.
    await until(async () => {
      const info = await redis().info('server');
      return Number(/uptime_in_seconds:(\d+)/.exec(info)?.[1]) * 1000 > patienceMs;
    });
  });

  it('is not ended before its claim is as old as a lease and its margin', async () => {
    const taskId = await claimed();
    await redis().del(logKeys.lease(taskId));
    const ended = await endOf(taskId);
    expect(ended - Date.parse((await ofTask(taskId)).claimed_at)).toBeGreaterThanOrEqual(patienceMs);
  });

  it('is not ended before Redis has been up for as long', async () => {
    const taskId = await claimed();
    await stack.database.write((manager) =>
      manager.query('UPDATE attempts SET claimed_at = $1 WHERE task_id = $2', ['2020-01-01T00:00:00.000Z', taskId]),
    );
    await stack.store.openLease(taskId, 1, 600_000);
    await stack.redis.kill();
    const startedAt = Date.now();
    await stack.redis.start();
    await until(() =>
      redis()
        .del(logKeys.lease(taskId))
        .then(
          (deleted) => deleted === 1,
          () => false,
        ),
    );
    // Redis counts its age in whole seconds of the clock.
    expect((await endOf(taskId)) - startedAt).toBeGreaterThanOrEqual(patienceMs - 1000);
  });
});
