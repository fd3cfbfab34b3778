import { until } from '@aicode/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@aicode/service-kit';
import { logKeys, LogStore } from '@aicode/task-log';

import { alice, line, useTaskManager } from '../fixtures/task-manager-stack.js';
import { createTask } from '../tasks/create-task.js';
import { TaskEntity } from '../tasks/task.entity.js';
import { TaskNotices } from '../tasks/task-notices.js';
import { claimTurn } from '../turns/claim.js';
import { Kicker } from '../turns/kick.js';
import { TurnQueue } from '../turns/turn-queue.js';
import { readEntries } from './log.repository.js';
import { LogPersister } from './persister.js';

/** A store that can stand still: after it has read, or before it says what SQL has. */
class HaltingStore extends LogStore {
  halt: { at: 'read' | 'mark'; reached(): void; go: Promise<void> } | undefined;

  override async read(...args: Parameters<LogStore['read']>): ReturnType<LogStore['read']> {
    const entries = await super.read(...args);
    await this.pass('read');
    return entries;
  }

  override async markPersisted(...args: Parameters<LogStore['markPersisted']>): Promise<boolean> {
    await this.pass('mark');
    return super.markPersisted(...args);
  }

  /** The next time that it comes by here it stands still until `go` is called. */
  haltAt(at: 'read' | 'mark'): { reached: Promise<void>; go(): void } {
    let go: () => void = () => undefined;
    let reach: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (reach = resolve));
    this.halt = { at, reached: reach, go: new Promise<void>((resolve) => (go = resolve)) };
    return { reached, go };
  }

  private async pass(at: 'read' | 'mark'): Promise<void> {
    const { halt } = this;
    if (halt?.at !== at) return;
    this.halt = undefined;
    halt.reached();
    await halt.go;
  }
}

describe.each([
  ['SQLite', false],
  ['PostgreSQL', true],
])('who persists a log into %s (log rule 4)', (_name, postgres) => {
  // No task-manager runs: the persisters here are the only ones, and each step of theirs is called for.
  const stack = useTaskManager({ postgres, replicas: 0 });
  const queues: TurnQueue[] = [];
  const started: LogPersister[] = [];
  afterEach(async () => {
    for (const persister of started.splice(0)) await persister.stop();
    for (const queue of queues.splice(0)) await queue.close();
  });

  const replica = () => {
    const { redis, events, config } = stack.caller('workspace-service').context;
    const complaints: string[] = [];
    const log = createLogger({ ...config.log, level: 'warn' }, { write: (text) => void complaints.push(text) });
    const store = new HaltingStore(redis.shared);
    const queue = new TurnQueue(redis.shared);
    queues.push(queue);
    const context = { redis, events, config, log };
    const kicker = new Kicker(stack.database, queue);
    const notices = new TaskNotices(stack.database, events);
    const persister = new LogPersister(context, stack.database, store, kicker, notices);
    return { persister, store, complaints };
  };

  /** A task at work, and the writer of its log. */
  const running = async (): Promise<{ id: string; write: (...texts: string[]) => Promise<void> }> => {
    const workspace = await stack.workspace();
    const input = {
      task: { workspace_id: workspace.id, command: 'do it', priority: 'medium' as const },
      idempotencyKey: crypto.randomUUID(),
      retryOf: null,
    };
    const made = await stack.database.write((manager) => createTask(manager, input, alice, stack.config.tasks));
    const job = { workspace_id: workspace.id, slot: 0, gen: 0 };
    const request = { job, nonce: crypto.randomUUID(), node: workspace.node };
    const claimed = await stack.database.write((manager) => claimTurn(manager, request, new Date()));
    if (!claimed) throw new Error('there was nothing to claim');
    await stack.store.openLease(made.task.id, 1, 600_000);
    const writer = await stack.writer(claimed.claim);
    const write = async (...texts: string[]): Promise<void> => {
      texts.forEach((text) => writer.write(line(text)));
      await writer.flush();
    };
    return { id: made.task.id, write };
  };

  const task = (id: string): Promise<TaskEntity> =>
    stack.database.read((manager) => manager.findOneByOrFail(TaskEntity, { id }));
  const inSql = (id: string): Promise<string[]> =>
    stack.database.read(async (manager) =>
      (await readEntries(manager, id, 0, 1000, 1_000_000)).map(({ seq, message }) => `${seq} ${message}`),
    );
  /** As when a replica stood still for longer than its right lasts. */
  const rightRunsOut = (id: string): Promise<number> =>
    stack.caller('workspace-service').context.redis.shared.del(logKeys.persister(id));
  const toldPersisted = async (id: string): Promise<number> => (await stack.store.renewLease(id, 1, 600_000)).persisted;

  it('is one alone: a replica that read and stood still while another took over writes nothing', async () => {
    const { id, write } = await running();
    await write('a', 'b');
    const [one, two] = [replica(), replica()];
    const oneHalts = one.store.haltAt('read');
    const late = one.persister.drain(id);
    await oneHalts.reached;
    await rightRunsOut(id);
    const twoHalts = two.store.haltAt('read');
    const now = two.persister.drain(id);
    await twoHalts.reached;
    oneHalts.go();
    await late;
    expect((await task(id)).persisted_seq).toBe(0);
    expect(await inSql(id)).toEqual([]);
    expect(one.complaints.join()).toContain('another replica persists this log now');
    twoHalts.go();
    await now;
    expect(await inSql(id)).toEqual(['1 a', '2 b']);
    expect(two.complaints).toEqual([]);
  });

  it('does not set back what Redis knows of SQL when it wakes up late', async () => {
    const { id, write } = await running();
    await write('a');
    const [one, two] = [replica(), replica()];
    const halts = one.store.haltAt('mark');
    const late = one.persister.drain(id);
    await halts.reached;
    await rightRunsOut(id);
    await write('b');
    await two.persister.drain(id);
    expect(await toldPersisted(id)).toBe(2);
    halts.go();
    await late;
    expect(await toldPersisted(id)).toBe(2);
    expect(await inSql(id)).toEqual(['1 a', '2 b']);
  });

  it('looks where SQL is when that is not where it left it', async () => {
    const { id, write } = await running();
    const { persister } = replica();
    await write('a', 'b');
    await persister.drain(id);
    // SQL was set back to an older copy.
    await stack.database.write(async (manager) => {
      await manager.query('DELETE FROM logs WHERE task_id = $1', [id]);
      await manager.query('UPDATE tasks SET persisted_seq = 0 WHERE id = $1', [id]);
    });
    await write('c');
    await persister.drain(id);
    expect(await inSql(id)).toEqual([]);
    await persister.drain(id);
    expect(await inSql(id)).toEqual(['1 a', '2 b', '3 c']);
  });

  it('stores nothing behind a hole', async () => {
    const { id, write } = await running();
    const { persister, complaints } = replica();
    await write('a');
    await persister.drain(id);
    const entry = JSON.stringify(line('c'));
    await stack.caller('workspace-service').context.redis.shared.xadd(logKeys.stream(id), '3-0', 'a', '1', 'e', entry);
    await persister.drain(id);
    expect(complaints.join()).toContain('the log has a hole: 3 comes after 1');
    expect(await inSql(id)).toEqual(['1 a']);
  });

  it('forgets what it knew of a log that it takes over again', async () => {
    const { id, write } = await running();
    const [one, two] = [replica(), replica()];
    await write('a');
    await one.persister.drain(id);
    await rightRunsOut(id);
    await write('b');
    await two.persister.drain(id);
    await rightRunsOut(id);
    await write('c');
    await one.persister.drain(id);
    expect(one.complaints).toEqual([]);
    expect(await inSql(id)).toEqual(['1 a', '2 b', '3 c']);
  });

  it('has all of the log of a task that ended while it waited before its end is told', async () => {
    const { id, write } = await running();
    const { persister } = replica();
    await write('a');
    await persister.drain(id);
    await write('b');
    await stack.database.write((manager) => manager.update(TaskEntity, { id }, { state: 'cancelled' }));
    await persister.taskEnded(id);
    expect(await inSql(id)).toEqual(['1 a', '2 b']);
    expect(await stack.caller('workspace-service').context.redis.shared.pttl(logKeys.fence(id))).toBeGreaterThan(0);
  });

  it('lets the log of a task that ended while Redis was away go later', async () => {
    const { id, write } = await running();
    const { persister } = replica();
    await persister.start();
    started.push(persister);
    await write('a');
    await until(async () => (await task(id)).persisted_seq === 1);
    await stack.redis.kill();
    await stack.database.write((manager) => manager.update(TaskEntity, { id }, { state: 'cancelled' }));
    await persister.taskEnded(id);
    await stack.redis.start();
    const { shared } = stack.caller('workspace-service').context.redis;
    const expires = (): Promise<boolean> =>
      shared.pttl(logKeys.fence(id)).then(
        (ttl) => ttl > 0,
        () => false,
      );
    await until(expires);
  });

  it('forgets what it knew when Redis runs anew', async () => {
    const { id, write } = await running();
    const { persister, complaints } = replica();
    await persister.start();
    started.push(persister);
    await write('a');
    await until(async () => (await task(id)).persisted_seq === 1);
    // What Redis loses in its crash: another replica took over for a while.
    await stack.database.write((manager) => manager.increment(TaskEntity, { id }, 'persister_gen', 1));
    await stack.redis.kill();
    await stack.redis.start();
    await write('b');
    await until(async () => (await task(id)).persisted_seq === 2);
    expect(complaints.filter((text) => text.includes('could not be persisted'))).toEqual([]);
    expect(await inSql(id)).toEqual(['1 a', '2 b']);
  });
});
