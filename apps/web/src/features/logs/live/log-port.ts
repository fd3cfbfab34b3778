import type { DomainError, LogEntry, LogMatches, LogPage, Task } from '@aicode/contracts';

/** Told of one task's log as it grows: entries without gap or repeat; after `reset` those behind `from` come again. */
export interface LogSink {
  entry: (entry: LogEntry) => void;
  reset: (from: number) => void;
  task: (task: Task, end: boolean) => void;
  problem: (error: DomainError) => void;
}

/** Where a task's log comes from: pages over HTTP, its growing end over the page's one socket. */
export interface LogPort {
  page(after: number, limit: number, signal: AbortSignal): Promise<LogPage>;
  search(query: string, signal: AbortSignal): Promise<LogMatches>;
  /** Follows from a cursor (`120.1`, or `beyondEnd`), over lost connections too, until it is stopped or the task has ended. */
  follow(after: string, sink: LogSink): () => void;
}

/** A place that no log reaches: the platform sets it back to the log's true end, and so tells where that is. */
export const beyondEnd = '999999999';
