import {
  CommandAck,
  formatCursor,
  frameEvent,
  isFinal,
  parseOrThrow,
  type LiveCommand,
  type LogCursor,
  type LogEntry,
  type Task,
} from '@aicode/contracts';
import type { Socket } from 'socket.io-client';
import type { z } from 'zod';

import { ApiError, ServerUnreachable } from './api-error.js';
import { backoff } from './backoff.js';
import type { Connection } from './connection.js';
import type { WorkspaceConnection, WorkspaceListener } from './live.js';
import { errorOf, problemOf, readFrame } from './live-frame.js';
import { LogPlace, startOf } from './log-place.js';

type GiveAuth = (give: (auth: { token?: string }) => void) => void;

const ackTimeoutMs = 10_000;
/** The first connection is tried for so long; a lost one without end. */
const firstPatienceMs = 5_000;

/** One workspace's socket: opens, comes back, and takes up each followed log where it was. */
export class LiveWorkspace implements WorkspaceConnection {
  private readonly socket: Socket;
  private readonly followed = new Map<string, LogPlace>();
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

  async follow(taskId: string, after?: LogCursor | string): Promise<void> {
    const place = new LogPlace(startOf(after));
    this.followed.set(taskId, place);
    if (this.socket.connected) await this.subscribe(taskId, place);
  }

  async unfollow(taskId: string): Promise<void> {
    if (this.followed.delete(taskId) && this.socket.connected) {
      await this.send({ command: 'unsubscribe', task_id: taskId });
    }
  }

  cancel(taskId: string): Promise<void> {
    return this.send({ command: 'cancel', task_id: taskId });
  }

  close(): void {
    clearTimeout(this.timer);
    this.followed.clear();
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
    for (const [taskId, place] of this.followed) this.subscribe(taskId, place).catch(() => undefined);
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
    switch (frame.type) {
      case 'log':
        return this.takeEntry(frame.taskId, frame.entry);
      case 'task':
        return this.takeTask(frame.task);
      case 'reset':
        this.followed.get(frame.taskId)?.reset(frame.from);
        return this.listener.onReset?.(frame.taskId, frame.from);
      case 'problem':
        if (frame.error.code === 'auth.session_ended') this.closing = frame.error;
        if (frame.error.code === 'auth.token_invalid') return;
        return this.listener.onProblem?.(frame.error, frame.taskId);
      case 'unknown':
    }
  }

  private takeEntry(taskId: string, entry: LogEntry): void {
    const place = this.followed.get(taskId);
    if (!place) return;
    try {
      const step = place.take(entry);
      if (step === 'next') this.listener.onLog?.(entry, taskId);
      if (step === 'gap') this.subscribe(taskId, place).catch(() => undefined);
    } catch (error) {
      this.followed.delete(taskId);
      if (error instanceof ApiError) this.listener.onProblem?.(error, taskId);
    }
  }

  /** Who follows a log is told of its task's final state only behind the last line. */
  private takeTask(task: Task): void {
    const end = isFinal(task.state) && this.followed.delete(task.id);
    this.listener.onTask?.(task, end);
  }

  private async subscribe(taskId: string, place: LogPlace): Promise<void> {
    const after = place.cursor.seq > 0 ? { after: formatCursor(place.cursor) } : {};
    try {
      await this.send({ command: 'subscribe', task_id: taskId, ...after });
    } catch (error) {
      if (!this.socket.connected) return; // comes again with the connection
      this.followed.delete(taskId);
      throw error;
    }
  }

  private async send(command: z.input<typeof LiveCommand>): Promise<void> {
    let answer: unknown;
    try {
      answer = await this.socket.timeout(ackTimeoutMs).emitWithAck(frameEvent, { type: 'command', data: command });
    } catch (error) {
      const message = `The platform at ${this.connection.server} did not answer in time.`;
      throw new ServerUnreachable(this.connection.server, 'timeout', message, { cause: error });
    }
    const ack = parseOrThrow(CommandAck, answer, 'answer');
    if (!ack.ok) throw errorOf(ack);
  }
}
