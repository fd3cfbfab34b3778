import { setTimeout as delay } from 'node:timers/promises';

import { DomainError, logsRpc, tasksRpc, type ErrorCode, type LogCursor, type Task } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Inject, Injectable } from '@nestjs/common';

import type { LiveTail } from './live-tail.js';
import type { LogSources } from './read-log.js';
import { TaskSignals } from './task-signals.js';

/** Injection token of the process' LiveTail. */
export const LIVE_TAIL = Symbol('live tail');

const pageSize = 500;
/** More than any attempt, for cursors that name none: then only a seq beyond the log's end moves. */
const anyAttempt = 999_999_999;
const passing = new Set<ErrorCode>(['bus.timeout', 'bus.unavailable', 'storage.busy', 'storage.unavailable']);

/** Where readers of logs read from: task-manager over the bus, and the live tail. */
@Injectable()
export class LogReading {
  private readonly tasks;
  private readonly logs;

  constructor(
    context: ServiceContext,
    private readonly signals: TaskSignals,
    @Inject(LIVE_TAIL) private readonly tail: LiveTail,
  ) {
    this.tasks = context.rpc.client(tasksRpc);
    this.logs = context.rpc.client(logsRpc);
  }

  task(taskId: string): Promise<Task> {
    return this.tasks.get({ task_id: taskId });
  }

  history(taskId: string, afterSeq: number, limit: number = pageSize): ReturnType<LogSources['history']> {
    return this.logs.history({ task_id: taskId, after_seq: afterSeq, limit });
  }

  async locate(taskId: string, { seq, attempt }: LogCursor): Promise<number> {
    return (await this.logs.locate({ task_id: taskId, seq, attempt: attempt ?? anyAttempt })).seq;
  }

  /** For a long read, which outlives a bus or a store that is away for a while; until the signal aborts. */
  sources(taskId: string, signal: AbortSignal): LogSources {
    return {
      taskId,
      tail: this.tail,
      watch: (bell) => this.signals.watch(taskId, bell),
      task: () => untilAnswered(() => this.task(taskId), signal),
      history: (afterSeq) => untilAnswered(() => this.history(taskId, afterSeq), signal),
      locate: (cursor) => untilAnswered(() => this.locate(taskId, cursor), signal),
    };
  }
}

export async function untilAnswered<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 2000)) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof DomainError) || !passing.has(error.code)) throw error;
    }
    await delay(pauseMs, undefined, { signal });
  }
}
