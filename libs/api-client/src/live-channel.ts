import { DomainError, Envelope, frameEvent, type LogCursor } from '@aicode/contracts';
import type { Socket } from 'socket.io-client';

import { asError } from './backoff.js';
import { FollowedLogs } from './followed-logs.js';
import { problemOf, readFrame } from './live-frame.js';
import type { LogListener } from './live-hub.js';

export interface ChannelEvents {
  joined(): void;
  /** The server closed it, or does not accept the sign-in: a new connection is needed. */
  expelled(refused: boolean): void;
}

/** One namespace on the shared connection. */
export class LiveChannel {
  private readonly listeners = new Set<(frame: Envelope) => void>();
  private readonly followers = new Map<string, LogListener>();
  private readonly logs: FollowedLogs;

  constructor(
    private readonly socket: Socket,
    server: string,
    private readonly events: ChannelEvents,
  ) {
    this.logs = new FollowedLogs(socket, server, {
      onLog: (entry, taskId) => this.followers.get(taskId)?.onLog(entry),
      onReset: (taskId, from) => this.followers.get(taskId)?.onReset?.(from),
      onTask: (task, end) => this.followers.get(task.id)?.onTask?.(task, end),
      onProblem: (error, taskId) => taskId !== null && this.dropFollower(taskId, error),
    });
    socket.on('connect', () => {
      this.events.joined();
      this.logs.resume();
    });
    socket.on('connect_error', (error: Error & { data?: unknown }) => this.refusedBy(error));
    socket.on('disconnect', (reason) => {
      if (reason === 'io server disconnect') this.events.expelled(false);
    });
    socket.on(frameEvent, (frame: unknown) => this.receive(frame));
  }

  get unused(): boolean {
    return this.listeners.size === 0 && this.followers.size === 0;
  }

  /** The connection stands: those that the server had closed are opened again, the others come by themselves. */
  join(): void {
    if (!this.socket.active) this.socket.connect();
  }

  listen(listener: (frame: Envelope) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  follow(taskId: string, after: LogCursor | string | undefined, listener: LogListener): () => void {
    this.followers.set(taskId, listener);
    this.logs.follow(taskId, after).catch((error: unknown) => {
      const problem = error instanceof DomainError ? error : new DomainError('internal', asError(error).message);
      if (this.followers.get(taskId) === listener) this.dropFollower(taskId, problem);
    });
    return () => {
      if (this.followers.get(taskId) !== listener) return;
      this.followers.delete(taskId);
      this.logs.unfollow(taskId).catch(() => undefined);
    };
  }

  close(): void {
    this.logs.clear();
    this.socket.off().disconnect();
  }

  private refusedBy(error: Error & { data?: unknown }): void {
    const problem = problemOf(error.data);
    // Without a problem of the platform it was the connection, which the hub sees by itself.
    if (!problem) return;
    if (problem.code.startsWith('auth.') && problem.code !== 'auth.forbidden') return this.events.expelled(true);
    for (const taskId of [...this.followers.keys()]) this.dropFollower(taskId, problem);
  }

  private receive(raw: unknown): void {
    const envelope = Envelope.safeParse(raw).data;
    if (!envelope) return;
    const frame = readFrame(envelope);
    if (frame.type !== 'problem') this.logs.receive(frame);
    else if (frame.taskId !== null) this.dropFollower(frame.taskId, frame.error);
    for (const listener of [...this.listeners]) listener(envelope);
  }

  private dropFollower(taskId: string, error: DomainError): void {
    const follower = this.followers.get(taskId);
    this.followers.delete(taskId);
    this.logs.unfollow(taskId).catch(() => undefined);
    follower?.onProblem?.(error);
  }
}
