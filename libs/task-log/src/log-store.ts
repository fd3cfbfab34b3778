import { createHash } from 'node:crypto';

import type { LogEntry } from '@aicode/contracts';
import type { Redis } from 'ioredis';

import { logKeys, seqOfId } from './keys.js';
import { appendUnleasedScript } from './lua/append-unleased.js';
import { appendScript } from './lua/append.js';
import { openLeaseScript, renewLeaseScript, revokeLeaseScript } from './lua/lease.js';
import { holdPersisterScript, persistedScript } from './lua/persisted.js';
import { decodeEntry, encodeLine, type LogLine, type RawEntry } from './stream-entry.js';

export type AppendStatus = 'ok' | 'lost' | 'hole' | 'conflict';
export interface AppendResult {
  /** `lost`: the attempt has no lease; `hole`: entries before are missing; `conflict`: a seq belongs to another attempt. */
  status: AppendStatus;
  /** Last seq of the stream. */
  last: number;
  /** Highest seq that SQL has. */
  persisted: number;
}

export interface AppendBatch {
  attempt: number;
  firstSeq: number;
  /** Highest seq that SQL is known to have. */
  floor: number;
  /** Entries as encodeLine gives them. */
  lines: string[];
  /** The last line is the attempt's end. */
  terminal: boolean;
}

/** The atomic operations on one task's live log and lease. Each is one Lua script; protocols.md, The log, gives the rules. */
export class LogStore {
  constructor(private readonly redis: Redis) {}

  async append(taskId: string, batch: AppendBatch): Promise<AppendResult> {
    const keys = [logKeys.stream(taskId), logKeys.lease(taskId), logKeys.fence(taskId), logKeys.unpersisted];
    const answer = await run(this.redis, appendScript, keys, [
      batch.attempt,
      batch.firstSeq,
      batch.floor,
      batch.terminal ? 1 : 0,
      taskId,
      logKeys.appended,
      ...batch.lines,
    ]);
    const [status, last, persisted] = asTuple(answer);
    return { status: appendStatus(status), last: Number(last), persisted: Number(persisted) };
  }

  /** A line by the platform while no runner holds the lease: its seq, or why not. */
  async appendUnleased(
    taskId: string,
    line: { attempt: number; floor: number; terminal: boolean; line: LogLine },
  ): Promise<{ seq: number } | { refused: 'leased' | 'ended' }> {
    const keys = [logKeys.stream(taskId), logKeys.lease(taskId), logKeys.fence(taskId), logKeys.unpersisted];
    const args = [line.attempt, line.floor, line.terminal ? 1 : 0, taskId, logKeys.appended, encodeLine(line.line)];
    const seq = Number(await run(this.redis, appendUnleasedScript, keys, args));
    if (seq > 0) return { seq };
    return { refused: seq === 0 ? 'leased' : 'ended' };
  }

  async openLease(taskId: string, attempt: number, ttlMs: number): Promise<boolean> {
    const keys = [logKeys.lease(taskId), logKeys.fence(taskId)];
    return (await run(this.redis, openLeaseScript, keys, [attempt, ttlMs])) === 1;
  }

  async renewLease(
    taskId: string,
    attempt: number,
    ttlMs: number,
  ): Promise<{ held: boolean; cancelRequested: boolean; persisted: number }> {
    const keys = [logKeys.lease(taskId), logKeys.fence(taskId)];
    const [held, cancel, persisted] = asTuple(await run(this.redis, renewLeaseScript, keys, [attempt, ttlMs]));
    return { held: held === 1, cancelRequested: cancel === 1, persisted: Number(persisted) };
  }

  async revokeLease(taskId: string, attempt: number): Promise<void> {
    await run(this.redis, revokeLeaseScript, [logKeys.lease(taskId)], [attempt]);
  }

  async leaseHolder(taskId: string): Promise<number | null> {
    const holder = await this.redis.get(logKeys.lease(taskId));
    return holder === null ? null : Number(holder);
  }

  /** Leaves the wish to cancel where the runner's next renewal finds it. */
  async requestCancel(taskId: string, attempt: number): Promise<void> {
    await this.redis.hset(logKeys.fence(taskId), 'cancel', String(attempt));
  }

  async read(taskId: string, fromSeq: number, count: number): Promise<LogEntry[]> {
    const raw: RawEntry[] = await this.redis.xrange(logKeys.stream(taskId), `${fromSeq}-0`, '+', 'COUNT', count);
    return raw.map(decodeEntry);
  }

  async lastEntry(taskId: string): Promise<LogEntry | null> {
    const [raw]: RawEntry[] = await this.redis.xrevrange(logKeys.stream(taskId), '+', '-', 'COUNT', 1);
    return raw ? decodeEntry(raw) : null;
  }

  /** Oldest and newest seq that the stream still holds; null if it holds none. */
  async bounds(taskId: string): Promise<{ first: number; last: number } | null> {
    const key = logKeys.stream(taskId);
    const [[oldest], [newest]] = await Promise.all([
      this.redis.xrange(key, '-', '+', 'COUNT', 1),
      this.redis.xrevrange(key, '+', '-', 'COUNT', 1),
    ]);
    return oldest && newest ? { first: seqOfId(oldest[0]), last: seqOfId(newest[0]) } : null;
  }

  async unpersistedTasks(): Promise<string[]> {
    return this.redis.smembers(logKeys.unpersisted);
  }

  /** `taken` if this replica got the right to persist just now: then what it remembers of the log is void. */
  async holdPersister(taskId: string, replica: string, ttlMs: number): Promise<'taken' | 'held' | 'other'> {
    const answer = await run(this.redis, holdPersisterScript, [logKeys.persister(taskId)], [replica, ttlMs]);
    return answer === 2 ? 'taken' : answer === 1 ? 'held' : 'other';
  }

  /** SQL has the log up to `persisted`; entries from `keepFrom` on stay in the stream. True if nothing is left to persist. */
  async markPersisted(taskId: string, persisted: number, keepFrom: number): Promise<boolean> {
    const keys = [logKeys.stream(taskId), logKeys.fence(taskId), logKeys.unpersisted];
    return (await run(this.redis, persistedScript, keys, [persisted, keepFrom, taskId])) === 1;
  }

  /** For a final task: everything of it leaves Redis after the grace time. */
  async expire(taskId: string, graceMs: number): Promise<void> {
    const keys = [logKeys.stream(taskId), logKeys.fence(taskId), logKeys.persister(taskId)];
    await Promise.all(keys.map((key) => this.redis.pexpire(key, graceMs)));
  }
}

const hashes = new Map<string, string>();

/** EVALSHA, with EVAL where this Redis does not know the script yet. */
async function run(redis: Redis, script: string, keys: string[], args: (string | number)[]): Promise<unknown> {
  let hash = hashes.get(script);
  if (!hash) {
    hash = createHash('sha1').update(script).digest('hex');
    hashes.set(script, hash);
  }
  try {
    return await redis.evalsha(hash, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return redis.eval(script, keys.length, ...keys, ...args);
  }
}

function asTuple(answer: unknown): unknown[] {
  return Array.isArray(answer) ? answer : [];
}

function appendStatus(value: unknown): AppendStatus {
  if (value === 'ok' || value === 'lost' || value === 'hole' || value === 'conflict') return value;
  throw new Error(`The append script answered ${String(value)}`);
}
