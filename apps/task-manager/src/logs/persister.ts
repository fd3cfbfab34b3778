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
import { retryLine } from './platform-lines.js';

/** How far SQL has a log, and the right to say so. */
interface Place {
  persistedSeq: number;
  gen: number;
  /** The task has ended: once all is here, its live log may go. */
  final: boolean;
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
const keepEntries = 500;
const keepBytes = 1024 ** 2;

/**
 * Brings the live logs into SQL: one persister for each log, by a lease in Redis and a generation in SQL. The terminal entry
 * is applied in the transaction that stores it, so the end of a task can neither overtake its lines nor be lost.
 */
export class LogPersister {
  private readonly replica = newId('event');
  private readonly places = new Map<string, Place>();
  private readonly draining = new Map<string, Promise<void>>();
  private readonly waiting = new Map<string, NodeJS.Timeout>();
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
    this.subscriber = this.context.redis.open();
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

  private appended(message: string): void {
    const [taskId = '', end] = message.split(' ');
    if (this.stopping.signal.aborted) return;
    if (end) {
      clearTimeout(this.waiting.get(taskId));
      this.waiting.delete(taskId);
      // A drain that is under way may have read before the end came.
      void this.drain(taskId).then(() => this.drain(taskId));
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
      if (nothingLeft && place.final) await this.letGo(taskId);
      if (nothingLeft || upTo.length === 0) return;
    }
  }

  /** A new generation in SQL: whoever persisted this log before can't any more. */
  private async takeOver(taskId: string): Promise<Place | null> {
    const place = await this.database.write(async (manager) => {
      await manager.increment(TaskEntity, { id: taskId }, 'persister_gen', 1);
      const task = await manager.findOneBy(TaskEntity, { id: taskId });
      return task && { persistedSeq: task.persisted_seq, gen: task.persister_gen, final: isFinal(task.state) };
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
      const terminal = { taskId, attempt: last.attempt, seq, end: AttemptEnd.parse(last.data) };
      return { attempt: last.attempt, decision: await endAttempt(manager, terminal, limits, new Date()) };
    });
    place.persistedSeq = seq;
    place.final = ended !== null && 'final' in ended.decision;
    return ended;
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
    if (!final) {
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

/** The entries that follow what SQL has, without a hole, up to and with the first that ends an attempt. */
function contiguousUpToEnd(entries: LogEntry[], persistedSeq: number): LogEntry[] {
  const taken: LogEntry[] = [];
  for (const entry of entries) {
    if (entry.seq !== persistedSeq + taken.length + 1) {
      throw new Error(`the log has a hole: ${entry.seq} comes after ${persistedSeq + taken.length}`);
    }
    taken.push(entry);
    if (entry.source === 'end') break;
  }
  return taken;
}

/** First seq to keep: live readers are a little behind, so a few entries stay for them, bounded by count and size. */
function keepFrom(entries: LogEntry[], persistedSeq: number): number {
  if (entries.length === 0) return 0;
  let from = persistedSeq + 1;
  let bytes = 0;
  for (const entry of entries.slice(-keepEntries).reverse()) {
    bytes += JSON.stringify(entry.data ?? null).length + entry.message.length;
    if (bytes > keepBytes) break;
    from = entry.seq;
  }
  return from;
}
