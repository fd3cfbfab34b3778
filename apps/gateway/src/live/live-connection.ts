import {
  CommandFrame,
  DomainError,
  frameEvent,
  logStart,
  maySeeOwnedBy,
  newId,
  parseOrThrow,
  toWireError,
  type CommandAck,
  type Envelope,
  type LiveCommand,
  type LogCursor,
  type Task,
} from '@aicode/contracts';
import { runInRequest } from '@aicode/service-kit';

import { requireAccess } from '../auth/access.guard.js';
import type { OpenStream } from '../auth/open-streams.js';
import { RateBucket } from '../http/rate-bucket.js';
import type { LogReading } from '../logs/log-sources.js';
import { readLog } from '../logs/read-log.js';
import { errorFrame, framesOf, statusFrame } from './envelope.js';
import { frameRate, maxSubscriptions } from './limits.js';
import type { LiveSocket } from './live-socket.js';
import { SendRoom } from './send-room.js';

export interface LiveTasks {
  reading: LogReading;
  cancel(taskId: string): Promise<Task>;
}

/** One socket in one workspace: its commands, and the logs that it follows. */
export class LiveConnection {
  private readonly subscriptions = new Map<string, AbortController>();
  private readonly rate = new RateBucket(frameRate);
  private readonly room: SendRoom;

  constructor(
    private readonly socket: LiveSocket,
    private readonly open: OpenStream,
    private readonly tasks: LiveTasks,
  ) {
    this.room = new SendRoom(socket.conn);
    socket.on(frameEvent, (frame, acknowledge) => void this.receive(frame, acknowledge));
    socket.onAny((event: unknown) => {
      if (event !== frameEvent) this.refuseEvent();
    });
    socket.once('disconnect', () => this.close());
    open.signal.addEventListener('abort', () => this.closeByUs(), { once: true });
  }

  /** A task of this workspace has changed. Who follows its log is told in order with the lines, so not here. */
  taskChanged(task: Task, ownerId: string): void {
    if (!maySeeOwnedBy(this.socket.data.principal.actor, ownerId) || this.subscriptions.has(task.id)) return;
    this.emit(statusFrame(task));
  }

  private async receive(frame: unknown, acknowledge: ((answer: CommandAck) => void) | undefined): Promise<void> {
    if (!this.mayGoOn()) return;
    const canAcknowledge = typeof acknowledge === 'function';
    try {
      const { data } = parseOrThrow(CommandFrame, frame, 'frame');
      const scope = { requestId: newId('request'), actor: this.socket.data.principal.actor };
      await runInRequest(scope, () => this.run(data));
      if (canAcknowledge) acknowledge({ ok: true });
    } catch (error) {
      const { code, message } = toWireError(error);
      if (canAcknowledge) acknowledge({ ok: false, code, message });
      else this.emit(errorFrame(this.subject(null), error));
    }
  }

  private async run(command: LiveCommand): Promise<void> {
    switch (command.command) {
      case 'subscribe':
        return this.subscribe(command.task_id, command.after ?? logStart);
      case 'unsubscribe':
        return this.subscriptions.get(command.task_id)?.abort();
      case 'cancel':
        requireAccess(this.socket.data.principal.actor, 'tasks.cancel');
        await this.taskHere(command.task_id);
        await this.tasks.cancel(command.task_id);
    }
  }

  private async subscribe(taskId: string, from: LogCursor): Promise<void> {
    requireAccess(this.socket.data.principal.actor, 'tasks.read');
    await this.taskHere(taskId);
    this.subscriptions.get(taskId)?.abort();
    this.subscriptions.delete(taskId);
    if (this.subscriptions.size >= maxSubscriptions) {
      throw new DomainError(
        'request.rate_limited',
        `A socket follows at most ${maxSubscriptions} logs. Leave one first.`,
      );
    }
    const subscription = new AbortController();
    this.subscriptions.set(taskId, subscription);
    void this.follow(taskId, from, subscription);
  }

  private async follow(taskId: string, from: LogCursor, subscription: AbortController): Promise<void> {
    const signal = AbortSignal.any([subscription.signal, this.open.signal]);
    const subject = this.subject(taskId);
    try {
      for await (const event of readLog(this.tasks.reading.sources(taskId, signal), from, { signal })) {
        for (const frame of framesOf(subject, event)) this.emit(frame);
        await this.room.wait(signal);
      }
    } catch (error) {
      if (!signal.aborted) this.emit(errorFrame(subject, error));
    } finally {
      if (this.subscriptions.get(taskId) === subscription) this.subscriptions.delete(taskId);
    }
  }

  /** A socket sees only its own workspace, also of what its user may see elsewhere. */
  private async taskHere(taskId: string): Promise<void> {
    const task = await this.tasks.reading.task(taskId);
    if (task.workspace_id === this.socket.data.workspaceId) return;
    throw new DomainError('task.not_found', 'There is no such task in this workspace.');
  }

  private refuseEvent(): void {
    if (!this.mayGoOn()) return;
    const error = new DomainError('request.invalid', `Send commands as frames, on the event "${frameEvent}".`);
    this.emit(errorFrame(this.subject(null), error));
  }

  private mayGoOn(): boolean {
    if (this.rate.take()) return true;
    const error = new DomainError('request.rate_limited', 'Too many frames at once: this socket is closed.');
    this.emit(errorFrame(this.subject(null), error));
    this.socket.disconnect();
    return false;
  }

  private emit(frame: Envelope): void {
    this.socket.emit(frameEvent, frame);
  }

  private subject(taskId: string | null): { workspaceId: string; taskId: string | null } {
    return { workspaceId: this.socket.data.workspaceId, taskId };
  }

  private closeByUs(): void {
    if (this.open.signal.reason === 'session_ended') {
      this.emit(
        errorFrame(this.subject(null), new DomainError('auth.session_ended', 'This session has ended. Sign in again.')),
      );
    } else if (this.open.signal.reason === 'token_expired') {
      const error = new DomainError('auth.token_invalid', 'The access token has run out. Come back with a fresh one.');
      this.emit(errorFrame(this.subject(null), error));
    }
    this.socket.disconnect();
  }

  private close(): void {
    for (const subscription of this.subscriptions.values()) subscription.abort();
    this.room.stop();
    this.open.release();
  }
}
