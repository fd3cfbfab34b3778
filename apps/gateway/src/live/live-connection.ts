import {
  CommandFrame,
  DomainError,
  logStart,
  maySeeOwnedBy,
  parseOrThrow,
  type LiveCommand,
  type LogCursor,
  type Task,
} from '@aicode/contracts';

import { requireAccess } from '../auth/access.guard.js';
import type { OpenStream } from '../auth/open-streams.js';
import type { LogReading } from '../logs/log-sources.js';
import { readLog } from '../logs/read-log.js';
import { errorFrame, framesOf, statusFrame } from './envelope.js';
import { maxSubscriptions } from './limits.js';
import { FramedSocket } from './framed-socket.js';
import type { LiveSocket } from './live-socket.js';
import { SendRoom } from './send-room.js';

export interface LiveTasks {
  reading: LogReading;
  cancel(taskId: string): Promise<Task>;
}

/** One socket in one workspace: its commands, and the logs that it follows. */
export class LiveConnection {
  private readonly subscriptions = new Map<string, AbortController>();
  private readonly framed: FramedSocket;
  private readonly room: SendRoom;

  constructor(
    private readonly socket: LiveSocket,
    private readonly open: OpenStream,
    private readonly tasks: LiveTasks,
  ) {
    this.room = new SendRoom(socket.conn);
    this.framed = new FramedSocket(socket, open, (frame) => this.run(parseOrThrow(CommandFrame, frame, 'frame').data));
    socket.once('disconnect', () => this.close());
  }

  /** A task of this workspace has changed. Who follows its log is told in order with the lines, so not here. */
  taskChanged(task: Task, ownerId: string): void {
    if (!maySeeOwnedBy(this.socket.data.principal.actor, ownerId) || this.subscriptions.has(task.id)) return;
    this.framed.emit(statusFrame(task));
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
    const subject = { workspaceId: this.socket.data.workspaceId, taskId };
    try {
      for await (const event of readLog(this.tasks.reading.sources(taskId, signal), from, { signal })) {
        for (const frame of framesOf(subject, event)) this.framed.emit(frame);
        await this.room.wait(signal);
      }
    } catch (error) {
      if (!signal.aborted) this.framed.emit(errorFrame(subject, error));
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

  private close(): void {
    for (const subscription of this.subscriptions.values()) subscription.abort();
    this.room.stop();
  }
}
