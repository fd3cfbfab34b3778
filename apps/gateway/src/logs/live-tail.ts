import type { LogEntry } from '@aicode/contracts';

/** The live end of logs, as task-log's LogTail gives it: one blocking connection for all watched tasks of this process. */
export interface LiveTail {
  /** Gives the sink what the stream holds after a seq, then what comes. */
  follow(taskId: string, afterSeq: number, sink: LiveSink): { stop(): void };
}

export interface LiveSink {
  /** In order; whether they continue what the reader has is the reader's to check, since trimmed entries leave no sign. */
  entries(batch: LogEntry[]): void;
  /** The stream may have lost its tail: find the place again and follow anew. */
  unsure(): void;
}
