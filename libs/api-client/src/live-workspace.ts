import { frameEvent, type LogCursor } from '@aicode/contracts';
import type { Socket } from 'socket.io-client';

import { ServerUnreachable } from './api-error.js';
import { backoff } from './backoff.js';
import type { Connection } from './connection.js';
import { FollowedLogs } from './followed-logs.js';
import type { WorkspaceConnection, WorkspaceListener } from './live.js';
import { problemOf, readFrame } from './live-frame.js';

type GiveAuth = (give: (auth: { token?: string }) => void) => void;

/** The first connection is tried for so long; a lost one without end. */
const firstPatienceMs = 5_000;

/** One workspace's socket: opens, comes back, and takes up each followed log where it was. */
export class LiveWorkspace implements WorkspaceConnection {
  private readonly socket: Socket;
  private readonly logs: FollowedLogs;
  private sent: string | null = null;
  /** A token that the server refused: the next one must be another. */
  private refused: string | undefined;
  private returns = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closing: Error | null = null;
  private first: { resolve: () => void; reject: (error: Error) => void; since: number } | null = null;

  constructor(
    make: (auth: GiveAuth) => Socket,
    private readonly connection: Connection,
    private readonly listener: WorkspaceListener,
  ) {
    this.socket = make((give) => void this.authenticate(give));
    this.logs = new FollowedLogs(this.socket, connection.server, listener);
    this.socket.on('connect', () => this.opened());
    this.socket.on('connect_error', (error) => this.refusedBy(error));
    this.socket.on('disconnect', (reason) => this.lost(reason));
    this.socket.on(frameEvent, (frame: unknown) => this.receive(frame));
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.first = { resolve, reject, since: performance.now() };
      this.socket.connect();
    });
  }

  follow(taskId: string, after?: LogCursor | string): Promise<void> {
    return this.logs.follow(taskId, after);
  }

  unfollow(taskId: string): Promise<void> {
    return this.logs.unfollow(taskId);
  }

  cancel(taskId: string): Promise<void> {
    return this.logs.send({ command: 'cancel', task_id: taskId });
  }

  close(): void {
    clearTimeout(this.timer);
    this.logs.clear();
    this.socket.disconnect();
  }

  private async authenticate(give: (auth: { token?: string }) => void): Promise<void> {
    try {
      this.sent = await this.connection.token(this.refused);
      give(this.sent === null ? {} : { token: this.sent });
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private opened(): void {
    this.refused = undefined;
    this.returns = 0;
    this.closing = null;
    this.listener.onConnection?.('open', null);
    this.first?.resolve();
    this.first = null;
    this.logs.resume();
  }

  /** socket.io tries again by itself after a broken connection, but not after a refusal. */
  private refusedBy(error: Error & { data?: unknown }): void {
    const problem = problemOf(error.data);
    if (!problem) {
      const tooLong = this.first && performance.now() - this.first.since > firstPatienceMs;
      const message = `The platform at ${this.connection.server} cannot be reached (${error.message}).`;
      if (tooLong) this.fail(new ServerUnreachable(this.connection.server, 'refused', message, { cause: error }));
      return;
    }
    const stale = problem.code.startsWith('auth.') && this.sent !== null && this.sent !== this.refused;
    if (!stale) return this.fail(problem);
    this.refused = this.sent ?? undefined;
    this.socket.connect();
  }

  private lost(reason: Socket.DisconnectReason): void {
    if (reason === 'io client disconnect') return this.listener.onConnection?.('closed', null);
    if (this.closing) return this.fail(this.closing);
    this.listener.onConnection?.('lost', null);
    if (reason !== 'io server disconnect') return;
    this.timer = setTimeout(() => this.socket.connect(), backoff(this.returns, 250, 10_000));
    this.returns += 1;
  }

  private fail(error: Error): void {
    this.closing = null;
    this.socket.off('disconnect').disconnect();
    if (this.first) this.first.reject(error);
    else this.listener.onConnection?.('closed', error);
    this.first = null;
  }

  private receive(raw: unknown): void {
    const frame = readFrame(raw);
    if (frame.type !== 'problem') return this.logs.receive(frame);
    if (frame.error.code === 'auth.session_ended') this.closing = frame.error;
    if (frame.error.code !== 'auth.token_invalid') this.listener.onProblem?.(frame.error, frame.taskId);
  }
}
