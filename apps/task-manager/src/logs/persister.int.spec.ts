import { until } from '@aicode/testing';
import { describe, expect, it } from '@jest/globals';
import { logPersisted, tasksRpc } from '@aicode/contracts';
import { logKeys } from '@aicode/task-log';

import { admin, endLine, line, useTaskManager } from '../fixtures/task-manager-stack.js';
import { LogTerminalEntity } from './log.entity.js';
import { readEntries } from './log.repository.js';

describe.each([
  ['SQLite', false],
  ['PostgreSQL', true],
])('the log on its way into %s', (_name, postgres) => {
  const stack = useTaskManager({
    postgres,
    replicas: 2,
    config: { queue: { lease_ttl: 2000, lease_margin: 500, reconcile_every: 200 } },
  });

  const claimed = async (more: { max_attempts?: number } = {}) => {
    const workspace = await stack.workspace();
    const task = await stack.create(workspace, 'medium', admin, more);
    return { workspace, task, claim: await stack.take(workspace) };
  };

  it('is stored whole, the stream trimmed behind it, and the end applied with it', async () => {
    const { task, claim } = await claimed();
    const lines = Array.from({ length: 1500 }, (_, i) => `line ${i + 1}`);
    await stack.finish(claim, lines);
    const ended = await stack.untilTask(task.id, ({ state }) => state === 'succeeded');
    expect(ended).toMatchObject({ reason: null, attempt: 1 });
    const first = await stack.logs.history({ task_id: task.id, after_seq: 0, limit: 1000 }, { actor: admin });
    const rest = await stack.logs.history({ task_id: task.id, after_seq: 1000, limit: 1000 }, { actor: admin });
    const all = [...first.entries, ...rest.entries];
    expect(all.map((entry) => entry.seq)).toEqual(Array.from({ length: 1501 }, (_, i) => i + 1));
    expect(all.at(-1)).toMatchObject({ source: 'end', data: { outcome: 'succeeded' } });
    expect(rest).toMatchObject({ persisted_seq: 1501, final: true });
    await until(async () => !(await stack.store.unpersistedTasks()).includes(task.id));
    expect((await stack.store.bounds(task.id))?.first).toBeGreaterThan(500);
  });

  it('is read in pages that are bounded by their bytes', async () => {
    const { task, claim } = await claimed();
    const count = 20;
    await stack.finish(
      claim,
      Array.from({ length: count }, (_, i) => String(i).padEnd(300_000, 'é')),
    );
    await stack.untilTask(task.id, ({ state }) => state === 'succeeded');
    const seen: number[] = [];
    const pages: number[] = [];
    for (let page: number[] | undefined; page?.length !== 0;) {
      const input = { task_id: task.id, after_seq: seen.at(-1) ?? 0, limit: 500 };
      const { entries } = await stack.logs.history(input, { actor: admin });
      pages.push(entries.reduce((bytes, { message }) => bytes + Buffer.byteLength(message), 0));
      page = entries.map(({ seq }) => seq);
      seen.push(...page);
    }
    expect(seen).toEqual(Array.from({ length: count + 1 }, (_, i) => i + 1));
    expect(Math.max(...pages)).toBeLessThanOrEqual(2 * 1024 ** 2);
    // Three of 600 kB fit.
    expect(pages[0]).toBeGreaterThan(1_500_000);
  });

  it('gives an entry that is larger than a page by itself', async () => {
    const { task, claim } = await claimed();
    await stack.finish(claim, ['x'.repeat(50_000), 'y']);
    await stack.untilTask(task.id, ({ state }) => state === 'succeeded');
    const page = (after: number) => stack.database.read((manager) => readEntries(manager, task.id, after, 10, 20_000));
    expect((await page(0)).map(({ seq }) => seq)).toEqual([1]);
    expect((await page(1)).map(({ seq }) => seq)).toEqual([2, 3]);
    expect(await page(3)).toEqual([]);
  });

  it('tells readers how far it is, and of the end only when SQL has it (log rule 3)', async () => {
    const told: { seq: number; final: boolean; state: string }[] = [];
    const { task, claim } = await claimed();
    const stop = await stack.caller('gateway').context.events.subscribe(logPersisted, async (event) => {
      if (event.task_id === task.id)
        told.push({ seq: event.persisted_seq, final: event.final, state: (await stack.task(task.id)).state });
    });
    await stack.finish(claim, ['a', 'b']);
    await until(() => told.some((event) => event.final));
    await stop();
    expect(told.at(-1)).toEqual({ seq: 3, final: true, state: 'succeeded' });
  });

  it('decides another attempt, says so in the log, and goes on behind it without a gap', async () => {
    const { workspace, task, claim } = await claimed();
    await stack.finish(claim, ['first'], {
      outcome: 'failed',
      code: 'model_overloaded',
      reason: 'The model is overloaded.',
    });
    await until(async () => (await stack.queued(workspace.node)).length === 1);
    const again = await stack.take(workspace);
    expect(again).toMatchObject({ task_id: task.id, attempt: 2, session_id: claim.session_id });
    // Its live log may leave Redis only when the task is final (log rule 3).
    expect(await stack.caller('claude-runner').context.redis.shared.pttl(logKeys.stream(task.id))).toBe(-1);
    await stack.finish(again, ['second']);
    await stack.untilTask(task.id, ({ state }) => state === 'succeeded');
    const log = await stack.history(task.id);
    expect(log.map((entry) => entry.seq)).toEqual(log.map((_, i) => i + 1));
    expect(log.map((entry) => entry.message).join(' | ')).toContain(
      'The model is overloaded. Trying again in 0 s (attempt 2 of 3).',
    );
    expect(log.filter((entry) => entry.source === 'end').map((entry) => entry.attempt)).toEqual([1, 2]);
  });

  /** A task that waits for its second attempt. */
  const inBackoff = async () => {
    const { workspace, task, claim } = await claimed();
    const end = { outcome: 'failed', code: 'model_overloaded', reason: 'Overloaded.', retry_after_ms: 60_000 };
    await stack.finish(claim, ['first'], end);
    await stack.untilTask(task.id, ({ state }) => state === 'pending');
    // Its log is at rest: nothing but the task's end can be what lets it go.
    await until(async () => (await stack.history(task.id)).length === 3);
    await until(async () => !(await stack.store.unpersistedTasks()).includes(task.id));
    return { workspace, task };
  };
  const untilItsKeysExpire = async (taskId: string): Promise<void> => {
    const redis = stack.caller('claude-runner').context.redis.shared;
    const keys = [logKeys.stream(taskId), logKeys.fence(taskId)];
    await until(async () => (await Promise.all(keys.map((key) => redis.pttl(key)))).every((ttl) => ttl > 0));
    await until(async () => !(await stack.store.unpersistedTasks()).includes(taskId));
  };

  it('lets the live log of a task go that is cancelled while it waits for another attempt', async () => {
    const { task } = await inBackoff();
    await stack.tasks.cancel({ task_id: task.id }, { actor: admin });
    await untilItsKeysExpire(task.id);
    const log = await stack.history(task.id);
    expect(log.map(({ source }) => source)).toEqual(['output', 'end', 'platform']);
  });

  it('lets the live log go when the workspace of a waiting task goes', async () => {
    const { workspace, task } = await inBackoff();
    await stack.caller('workspace-service').context.rpc.client(tasksRpc).cancelAll({ workspace_id: workspace.id });
    await untilItsKeysExpire(task.id);
  });

  it('lets the live log go when the workspace of a waiting task is found dead', async () => {
    const { workspace, task } = await inBackoff();
    await stack.database.write((manager) =>
      manager.query("UPDATE workspaces SET state = 'failed' WHERE id = $1", [workspace.id]),
    );
    await untilItsKeysExpire(task.id);
    expect(await stack.task(task.id)).toMatchObject({ state: 'failed', reason_code: 'workspace_gone' });
  });

  it('ends a task also when the end of its attempt cannot be read', async () => {
    const { task, claim } = await claimed();
    await stack.finish(claim, ['one'], { retry_after_ms: -1 });
    const ended = await stack.untilTask(task.id, ({ state }) => state === 'failed');
    expect(ended).toMatchObject({ reason: 'The end of this attempt could not be read.' });
  });

  it('gives up after the last attempt', async () => {
    const { task, claim } = await claimed({ max_attempts: 1 });
    await stack.finish(claim, [], { outcome: 'failed', code: 'hang', reason: 'It hung.' });
    const ended = await stack.untilTask(task.id, ({ state }) => state === 'failed');
    expect(ended).toMatchObject({ reason: 'It hung.', reason_code: 'hang' });
  });

  it('adds up what all attempts used', async () => {
    const { workspace, task, claim } = await claimed();
    const usage = { input_tokens: 10, output_tokens: 5, cache_read_tokens: 1, cache_write_tokens: 0, cost_usd: 0.5 };
    await stack.finish(claim, [], { outcome: 'failed', code: 'hang', reason: 'x', usage });
    await until(async () => (await stack.queued(workspace.node)).length === 1);
    await stack.finish(await stack.take(workspace), [], { usage });
    const ended = await stack.untilTask(task.id, ({ state }) => state === 'succeeded');
    expect(ended.usage).toMatchObject({ input_tokens: 20, output_tokens: 10 });
  });

  it('ends an attempt whose runner is gone, once, and tries it again (queue rule 8)', async () => {
    const { workspace, task, claim } = await claimed();
    const writer = await stack.writer(claim);
    writer.write(line('then it died'));
    await writer.flush();
    await until(async () => (await stack.queued(workspace.node)).length === 1, 30_000);
    const again = await stack.take(workspace);
    expect(again.attempt).toBe(2);
    // The runner that was taken for dead wakes up: nothing of it is accepted.
    writer.write(line('a voice from the grave'));
    await writer.flush();
    expect(await writer.lost).toBeTruthy();
    await stack.finish(again, ['done']);
    await stack.untilTask(task.id, ({ state }) => state === 'succeeded');
    const log = await stack.history(task.id);
    expect(log.map((entry) => entry.seq)).toEqual(log.map((_, i) => i + 1));
    expect(log.map((entry) => entry.message)).not.toContain('a voice from the grave');
    expect(log.filter((entry) => entry.source === 'end')[0]).toMatchObject({
      attempt: 1,
      data: { code: 'runner_lost' },
    });
    const terminals = await stack.database.read((manager) => manager.countBy(LogTerminalEntity, { task_id: task.id }));
    expect(terminals).toBe(2);
  });

  it('does not take a runner for lost that renews', async () => {
    const { task, claim } = await claimed();
    const until5s = Date.now() + 5000;
    await until(async () => {
      expect((await stack.store.renewLease(task.id, claim.attempt, 2000)).held).toBe(true);
      return Date.now() > until5s;
    });
    expect((await stack.task(task.id)).attempt).toBe(1);
    await stack.finish(claim, []);
    await stack.untilTask(task.id, ({ state }) => state === 'succeeded');
  });

  it('takes what was appended while no task-manager listened', async () => {
    const { task, claim } = await claimed();
    const publisher = stack.caller('claude-runner').context.redis.shared;
    // As when the message is lost: only the set of unpersisted logs knows.
    await stack.store.openLease(task.id, claim.attempt, 60_000);
    await publisher.xadd(logKeys.stream(task.id), '1-0', 'a', '1', 'e', JSON.stringify(line('quiet')));
    await publisher.sadd(logKeys.unpersisted, task.id);
    await until(async () => (await stack.history(task.id)).length === 1);
  });

  it('is taken over from a replica that stands still, and its late write is refused (log rule 4)', async () => {
    const { task, claim } = await claimed();
    const writer = await stack.writer(claim);
    writer.write(line('one'));
    await writer.flush();
    await until(async () => (await stack.history(task.id)).length === 1);
    // Another generation in SQL and another holder in Redis, as after a takeover.
    await stack.database.write((manager) =>
      manager.query('UPDATE tasks SET persister_gen = persister_gen + 1 WHERE id = $1', [task.id]),
    );
    writer.write(line('two'));
    await writer.end(endLine());
    await stack.untilTask(task.id, ({ state }) => state === 'succeeded');
    expect((await stack.history(task.id)).map((entry) => entry.message)).toEqual(['one', 'two', 'end']);
  });

  it('finds where a reader’s log and the true one part (log rule 5)', async () => {
    const { workspace, task, claim } = await claimed();
    await stack.finish(claim, ['a', 'b'], { outcome: 'failed', code: 'hang', reason: 'x' });
    await until(async () => (await stack.queued(workspace.node)).length === 1);
    const again = await stack.take(workspace);
    const writer = await stack.writer(again);
    writer.write(line('c'));
    await writer.flush();
    const start = (await stack.store.lastEntry(task.id))?.seq ?? 0;
    const locate = (seq: number, attempt: number) =>
      stack.logs.locate({ task_id: task.id, seq, attempt }, { actor: admin });
    expect(await locate(2, 1)).toEqual({ seq: 2 });
    expect(await locate(start, 2)).toEqual({ seq: start });
    // A reader that saw more of attempt 1 than was kept.
    expect(await locate(start, 1)).toEqual({ seq: start - 1 });
    expect(await locate(start + 50, 2)).toEqual({ seq: start });
    await writer.end(endLine());
    await stack.untilTask(task.id, ({ state }) => state === 'succeeded');
    // The same when SQL has all of it.
    expect(await locate(start, 1)).toEqual({ seq: start - 1 });
    expect(await locate(start, 2)).toEqual({ seq: start });
  });
});
