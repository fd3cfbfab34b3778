/** Every Redis key of a task's log, and of the lease on its running attempt. The braces keep one task's keys on one shard. */
export const logKeys = {
  /** Stream; entry id `{seq}-0`, fields `a` (attempt) and `e` (the entry as JSON). */
  stream: (taskId: string): string => `task:{${taskId}}:log`,
  /** Names the attempt that may append; gone when its runner was not heard of for its time to live. */
  lease: (taskId: string): string => `task:{${taskId}}:lease`,
  /** Hash: attempt (highest ever leased), closed and closed_seq (highest ended), first (its first seq), persisted, cancel. */
  fence: (taskId: string): string => `task:{${taskId}}:fence`,
  /** Names the task-manager replica that persists this log. */
  persister: (taskId: string): string => `task:{${taskId}}:persister`,
  /** Set of tasks whose stream has entries that SQL does not have yet. */
  unpersisted: 'logs:unpersisted',
  /** Channel: a task's id whenever entries were appended, with ` end` behind it if one of them ends the attempt. */
  appended: 'logs:appended',
} as const;

const streamKey = /^task:\{(.+)\}:log$/;

/** The task of a stream's key. */
export function taskOfStream(key: string): string {
  return streamKey.exec(key)?.[1] ?? '';
}

export function seqOfId(entryId: string): number {
  return Number.parseInt(entryId, 10);
}
