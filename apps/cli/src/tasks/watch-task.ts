import type { ApiClient, LogStreamItem } from '@aicode/api-client';
import { DomainError, type LogCursor, type Task } from '@aicode/contracts';

import { exitCodes, exitCodeOfTask } from '../exit-codes.js';
import type { LogPrinter } from './log-printer.js';

export interface WatchOptions {
  client: ApiClient;
  taskId: string;
  after?: LogCursor | string | undefined;
  printer: LogPrinter;
  note: (text: string) => void;
  /** True where a second Ctrl-C cancels the task; otherwise the first one ends the watching at once. */
  mayCancel: boolean;
  /** ` --server URL` if that has to be said again to come back. */
  serverFlag: string;
  /** How long a second Ctrl-C is waited for, in milliseconds. */
  secondPressMs?: number;
  /** Aborts when nobody reads the output any more. */
  closed: AbortSignal;
}

/** Without a connection for so long it gives up. */
const patienceMs = 10 * 60_000;
/** So long it waits for a task to end that it has cancelled. */
const cancelWaitMs = 30_000;

/** Ends the watching; the task goes on. */
class Detached extends Error {}

/**
 * Shows a task's log to its end. Ctrl-C detaches and says how to come back; in `task run` a second one within two seconds cancels.
 * @returns the exit code of the command, and the task as it ended (null if it was not watched to its end)
 */
export async function watchTask(options: WatchOptions): Promise<{ exitCode: number; task: Task | null }> {
  const watching = new AbortController();
  const signal = AbortSignal.any([watching.signal, options.closed]);
  const interrupt = new Interrupt(options, watching);
  process.on('SIGINT', interrupt.press);
  let seen = seqOf(options.after);
  try {
    for await (const item of options.client.followLog(options.taskId, {
      after: options.after,
      signal,
      patienceMs,
      onConnection: (state, why) =>
        options.note(
          state === 'lost' ? `The connection is lost (${why?.message ?? ''}) Trying again …` : 'Connected again.',
        ),
    })) {
      await options.printer.show(item);
      seen = placeAfter(item, seen);
      if (item.type === 'end') return { exitCode: exitCodeOfTask(item.task), task: item.task };
    }
    return { exitCode: exitCodes.done, task: null };
  } catch (error) {
    if (options.closed.aborted) return { exitCode: exitCodes.done, task: null };
    if (!(error instanceof Detached)) throw error;
    options.note(farewell(options, seen));
    return { exitCode: exitCodes.interrupted, task: null };
  } finally {
    interrupt.stop();
    process.off('SIGINT', interrupt.press);
  }
}

function placeAfter(item: LogStreamItem, seen: number): number {
  if (item.type === 'log') return item.entry.seq;
  return item.type === 'reset' ? item.from : seen;
}

/** Number of the entry that a place in a log stands behind; 0 is its beginning. */
export function seqOf(after: LogCursor | string | undefined): number {
  return typeof after === 'object' ? after.seq : Number.parseInt(after ?? '0', 10);
}

function farewell({ taskId, serverFlag }: WatchOptions, seen: number): string {
  const from = seen > 0 ? ` --from ${seen + 1}` : '';
  return [
    '',
    'Detached: the task goes on.',
    `Come back:  aicli logs stream ${taskId}${from}${serverFlag}`,
    `Cancel it:  aicli task cancel ${taskId}${serverFlag}`,
  ].join('\n');
}

/** What Ctrl-C does, press by press. */
class Interrupt {
  private presses = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: WatchOptions,
    private readonly watching: AbortController,
  ) {}

  readonly press = (): void => {
    this.presses += 1;
    if (!this.options.mayCancel || this.presses > 2) return this.detach();
    if (this.presses === 2) return void this.cancel();
    const ms = this.options.secondPressMs ?? 2000;
    this.options.note(`\nCtrl-C again within ${Math.ceil(ms / 1000)} s cancels the task.`);
    this.detachIn(ms);
  };

  stop(): void {
    clearTimeout(this.timer);
  }

  private async cancel(): Promise<void> {
    this.options.note('Cancelling …');
    this.detachIn(cancelWaitMs);
    try {
      await this.options.client.tasks.cancel({ id: this.options.taskId });
    } catch (error) {
      // It has ended in this moment: its last lines are on their way.
      if (!(error instanceof DomainError && error.code === 'task.not_cancellable')) this.watching.abort(error);
    }
  }

  private detachIn(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.detach(), ms);
  }

  private detach(): void {
    this.watching.abort(new Detached());
  }
}
