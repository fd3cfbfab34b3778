import type { DomainError, Envelope, LogCursor, LogEntry, Task } from '@aicode/contracts';

/**
 * `idle`: nobody listens; `online`: what was heard is current; `reconnecting`: it may be old; `signed-out`: comes back with `wake()`
 * after a sign-in.
 */
export interface LiveStatus {
  state: 'idle' | 'connecting' | 'online' | 'reconnecting' | 'signed-out';
  /** Milliseconds since 1970: since when it is so. */
  since: number;
}

/** Told of one task's log: without gap or repeat; after `onReset` the entries after `from` come again. */
export interface LogListener {
  onLog(entry: LogEntry): void;
  onReset?(from: number): void;
  /** `end`: the task is final and all of its log has been given. */
  onTask?(task: Task, end: boolean): void;
  /** The log is not followed any more, and why. */
  onProblem?(error: DomainError): void;
}

/** One connection for all that a page listens to: it comes back by itself, with a renewed sign-in, at the places where it was. */
export interface LiveHub {
  readonly status: LiveStatus;
  onStatus(listener: (status: LiveStatus) => void): () => void;
  /** Hears the frames of a namespace until the answer is called. */
  listen(namespace: string, listener: (frame: Envelope) => void): () => void;
  /** Follows a log from a place (its beginning if not given) until the answer is called. One listener for each task. */
  follow(place: { workspaceId: string; taskId: string; after?: LogCursor | string }, listener: LogListener): () => void;
  /** The network or the sign-in may be back: tries now. */
  wake(): void;
  close(): void;
}
