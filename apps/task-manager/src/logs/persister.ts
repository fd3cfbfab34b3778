import { setTimeout as delay } from 'node:timers/promises';

import { AttemptEnd, isFinal, logPersisted, newId, type LogEntry, type ServerConfig } from '@aicode/contracts';
import type { Database } from '@aicode/database';
import type { ServiceContext } from '@aicode/service-kit';
import { logKeys, type LogStore } from '@aicode/task-log';
import type { Redis } from 'ioredis';

import { TaskEntity } from '../tasks/task.entity.js';
import type { TaskNotices } from '../tasks/task-notices.js';
import { endAttempt } from '../turns/end-attempt.js';
import type { Kicker } from '../turns/kick.js';
import type { Decision } from '../turns/retry-rule.js';
import { insertEntries } from './log.repository.js';
import { contiguousUpToEnd, keepFrom } from './persist-range.js';
import { retryLine, unreadableEnd } from './platform-lines.js';

/** How far SQL has a log, and the right to say so. */
interface Place {
  persistedSeq: number;
  gen: number;
}

interface Ended {
  attempt: number;
  decision: Decision;
}

const holdMs = 10_000;
const readCount = 500;
/** Lines wait so long for company, an attempt's end does not. */
const gatherMs = 100;
const pollMs = 1000;
/** Whoever ends a task waits so long for the rest of its log. */
const patienceMs = 2000;

/**
 * Brings the live logs into SQL: one persister for each log, by a lease in Redis and a generation in SQL. The terminal entry
 * is applied in the transaction that stores it, so the end of a task can neither overtake its lines nor be lost.
 */
export class LogPersister {
  private readonly replica = newId('event');
  private readonly places = new Map<string, Place>();
  private readonly draining = new Map<string, Promise<void>>();
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  /** Tasks that ended without an end in their log, which Redis has not been told yet. */
  private readonly ended = new Set<string>();
  private readonly stopping = new AbortController();
  private subscriber: Redis | undefined;
  private poll: Promise<void> | undefined;

  constructor(
    private readonly context: Pick<ServiceContext, 'config' | 'events' | 'log' | 'redis'>,
    private readonly database: Database,
    private readonly store: LogStore,
    private readonly kicker: Kicker,
    private readonly notices: TaskNotices,
  ) {}

  async start(): Promise<void> {
    this.subscriber = this.context.redis.open({ blocking: true });
    this.subscriber.on('message', (_channel, message: string) => this.appended(message));
    // After an outage Redis may hold another log than we remember.
    this.context.redis.shared.on('close', () => this.places.clear());
    await this.subscriber.subscribe(logKeys.appended);
    this.poll = this.pollForever();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
    await this.poll;
    await Promise.all(this.draining.values());
    await this.subscriber?.quit();
  }

  /** Brings everything that the log holds now into SQL; resolves when it is there or another replica does it. */
  async drain(taskId: string): Promise<void> {
    const running = this.draining.get(taskId);
    if (running) {
      await running;
      return;
    }
    const drain = this.drainOnce(taskId)
      .catch((error: unknown) => {
        this.places.delete(taskId);
        this.context.log.error({ err: error, task_id: taskId }, 'a log could not be persisted; it is tried again');
      })
      .finally(() => this.draining.delete(taskId));
    this.draining.set(taskId, drain);
    await drain;
  }

  /**
   * For a task that became final while it waited, once that is committed: brings the rest of its log into SQL and lets the
   * live log go. Never rejects, and does not wait for long: if Redis is away or another replica persists, it is done later.
   */
  async taskEnded(taskId: string): Promise<void> {
    this.ended.add(taskId);
    const done = this.announceEnded()
      .then(() => this.drainAfresh(taskId))
      .catch((error: unknown) => {
        this.context.log.warn({ err: error, task_id: taskId }, 'the live log of an ended task is let go later');
      });
    await Promise.race([done, delay(patienceMs, undefined, { ref: false })]);
  }

  /** By the set of unpersisted logs, since another replica may have the right to persist. */
  private async announceEnded(): Promise<void> {
    for (const taskId of this.ended) {
      await this.context.redis.shared.sadd(logKeys.unpersisted, taskId);
      this.ended.delete(taskId);
      await this.context.redis.shared.publish(logKeys.appended, `${taskId} end`);
    }
  }

  /** A drain that is under way may have read before the end came. */
  private async drainAfresh(taskId: string): Promise<void> {
    await this.drain(taskId);
    await this.drain(taskId);
  }

  private appended(message: string): void {
    const [taskId = '', end] = message.split(' ');
    if (this.stopping.signal.aborted) return;
    if (end) {
      clearTimeout(this.waiting.get(taskId));
      this.waiting.delete(taskId);
      void this.drainAfresh(taskId);
    } else if (!this.waiting.has(taskId)) {
      const timer = setTimeout(() => {
        this.waiting.delete(taskId);
        void this.drain(taskId);
      }, gatherMs);
      this.waiting.set(taskId, timer);
    }
  }

  /** Messages can be lost and replicas can die: the set of unpersisted logs is the truth. */
  private async pollForever(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.announceEnded();
        for (const taskId of await this.store.unpersistedTasks()) await this.drain(taskId);
      } catch (error) {
        this.context.log.warn({ err: error }, 'logs cannot be persisted while Redis is away');
      }
      await delay(pollMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  private async drainOnce(taskId: string): Promise<void> {
    const right = await this.store.holdPersister(taskId, this.replica, holdMs);
    if (right === 'other') return;
    if (right === 'taken') this.places.delete(taskId);
    for (;;) {
      const place = this.places.get(taskId) ?? (await this.takeOver(taskId));
      if (!place) return;
      const entries = await this.store.read(taskId, place.persistedSeq + 1, readCount);
      const upTo = contiguousUpToEnd(entries, place.persistedSeq);
      const ended = upTo.length > 0 ? await this.persist(taskId, place, upTo) : null;
      const nothingLeft = await this.store.markPersisted(
        taskId,
        place.persistedSeq,
        keepFrom(upTo, place.persistedSeq),
      );
      if (upTo.length > 0) await this.tell(taskId, place.persistedSeq, ended);
      if (nothingLeft && (await this.isOver(taskId))) await this.letGo(taskId);
      if (nothingLeft || upTo.length === 0) return;
    }
  }

  /** A new generation in SQL: whoever persisted this log before can't any more. */
  private async takeOver(taskId: string): Promise<Place | null> {
    const place = await this.database.write(async (manager) => {
      await manager.increment(TaskEntity, { id: taskId }, 'persister_gen', 1);
      const task = await manager.findOneBy(TaskEntity, { id: taskId });
      return task && { persistedSeq: task.persisted_seq, gen: task.persister_gen };
    });
    if (place) this.places.set(taskId, place);
    return place;
  }

  private async persist(taskId: string, place: Place, entries: LogEntry[]): Promise<Ended | null> {
    const last = entries.at(-1);
    const seq = last?.seq ?? place.persistedSeq;
    const limits = { backoffBaseMs: this.config.backoff_base, backoffMaxMs: this.config.backoff_max };
    const ended = await this.database.write(async (manager) => {
      const mine = { id: taskId, persisted_seq: place.persistedSeq, persister_gen: place.gen };
      const moved = await manager.update(TaskEntity, mine, { persisted_seq: seq });
      if (moved.affected !== 1) throw new Error('another replica persists this log now');
      await insertEntries(manager, taskId, entries);
      if (last?.source !== 'end') return null;
      const terminal = {
        taskId,
        attempt: last.attempt,
        seq,
        end: AttemptEnd.safeParse(last.data).data ?? unreadableEnd,
      };
      return { attempt: last.attempt, decision: await endAttempt(manager, terminal, limits, new Date()) };
    });
    place.persistedSeq = seq;
    return ended;
  }

  /** Asked of SQL after all is there, not remembered: a waiting task can end by a cancel, of which its log says nothing. */
  private async isOver(taskId: string): Promise<boolean> {
    const task = await this.database.read((manager) =>
      manager.findOne(TaskEntity, { select: { id: true, state: true }, where: { id: taskId } }),
    );
    return task !== null && isFinal(task.state);
  }

  private async letGo(taskId: string): Promise<void> {
    await this.store.expire(taskId, this.context.config.logs.stream_grace);
    this.places.delete(taskId);
  }

  /** After the commit: readers, watchers, the queue. */
  private async tell(taskId: string, persistedSeq: number, ended: Ended | null): Promise<void> {
    const final = ended !== null && 'final' in ended.decision;
    await this.context.events.publish(logPersisted, { task_id: taskId, persisted_seq: persistedSeq, final });
    if (!ended) return;
    const task = await this.database.read((manager) => manager.findOneByOrFail(TaskEntity, { id: taskId }));
    // It may have been cancelled since.
    if (!isFinal(task.state)) {
      const line = retryLine(task);
      await this.store.appendUnleased(taskId, { attempt: ended.attempt, floor: persistedSeq, terminal: false, line });
    }
    await this.notices.changed(taskId);
    await this.kicker.kick(task.workspace_id);
  }

  private get config(): ServerConfig['tasks'] {
    return this.context.config.tasks;
  }
}
