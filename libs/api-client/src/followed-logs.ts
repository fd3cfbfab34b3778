import {
  CommandAck,
  DomainError,
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
import type { WorkspaceListener } from './live.js';
import { errorOf, type LiveFrame } from './live-frame.js';
import { LogPlace, startOf } from './log-place.js';

const ackTimeoutMs = 10_000;

/** The logs that one socket follows: each taken up where it was when the socket comes back, without gap or repeat. */
export class FollowedLogs {
  private readonly places = new Map<string, LogPlace>();

  constructor(
    private readonly socket: Socket,
    private readonly server: string,
    private readonly listener: Pick<WorkspaceListener, 'onTask' | 'onLog' | 'onReset' | 'onProblem'>,
  ) {}

  async follow(taskId: string, after?: LogCursor | string): Promise<void> {
    const place = new LogPlace(startOf(after));
    this.places.set(taskId, place);
    if (this.socket.connected) await this.subscribe(taskId, place);
  }

  async unfollow(taskId: string): Promise<void> {
    if (this.places.delete(taskId) && this.socket.connected) {
      await this.send({ command: 'unsubscribe', task_id: taskId });
    }
  }

  /** The socket stands again. */
  resume(): void {
    for (const [taskId, place] of this.places) {
      this.subscribe(taskId, place).catch((error: unknown) => {
        if (error instanceof DomainError) this.listener.onProblem?.(error, taskId);
      });
    }
  }

  clear(): void {
    this.places.clear();
  }

  /** What a frame means to the logs and tasks; problems are the caller's. */
  receive(frame: Exclude<LiveFrame, { type: 'problem' }>): void {
    switch (frame.type) {
      case 'log':
        return this.takeEntry(frame.taskId, frame.entry);
      case 'task':
        return this.takeTask(frame.task);
      case 'reset':
        this.places.get(frame.taskId)?.reset(frame.from);
        return this.listener.onReset?.(frame.taskId, frame.from);
      case 'unknown':
    }
  }

  async send(command: z.input<typeof LiveCommand>): Promise<void> {
    let answer: unknown;
    try {
      answer = await this.socket.timeout(ackTimeoutMs).emitWithAck(frameEvent, { type: 'command', data: command });
    } catch (error) {
      const message = `The platform at ${this.server} did not answer in time.`;
      throw new ServerUnreachable(this.server, 'timeout', message, { cause: error });
    }
    const ack = parseOrThrow(CommandAck, answer, 'answer');
    if (!ack.ok) throw errorOf(ack);
  }

  private takeEntry(taskId: string, entry: LogEntry): void {
    const place = this.places.get(taskId);
    if (!place) return;
    try {
      const step = place.take(entry);
      if (step === 'next') this.listener.onLog?.(entry, taskId);
      if (step === 'gap') this.subscribe(taskId, place).catch(() => undefined);
    } catch (error) {
      this.places.delete(taskId);
      if (error instanceof ApiError) this.listener.onProblem?.(error, taskId);
    }
  }

  /** Who follows a log is told of its task's final state only behind the last line. */
  private takeTask(task: Task): void {
    const end = isFinal(task.state) && this.places.delete(task.id);
    this.listener.onTask?.(task, end);
  }

  private async subscribe(taskId: string, place: LogPlace): Promise<void> {
    const after = place.cursor.seq > 0 ? { after: formatCursor(place.cursor) } : {};
    try {
      await this.send({ command: 'subscribe', task_id: taskId, ...after });
    } catch (error) {
      if (!this.socket.connected) return; // comes again with the connection
      this.places.delete(taskId);
      throw error;
    }
  }
}
