import type { ApiClient } from '@aicode/api-client';
import type { LogCursor, Task } from '@aicode/contracts';
import { Flags } from '@oclif/core';

import { ServerCommand } from '../base-command.js';
import { exitCodes } from '../exit-codes.js';
import { drained } from '../terminal/drained.js';
import { jsonPrinter, rawPrinter, readablePrinter, type LogOutput, type LogPrinter } from './log-printer.js';
import { seqOf, watchTask } from './watch-task.js';

/** Lines of a tool's output that are shown without --full. */
const shownLines = 12;

export interface WatchFlags {
  full: boolean;
  raw?: boolean;
}

/** A command that may show a task's log as it comes. */
export abstract class TaskCommand extends ServerCommand {
  static readonly fullFlag = Flags.boolean({ default: false, description: "Show tools' output and changes in full" });

  /** Shows the log to its end and ends the command with what that means. */
  protected async watch(
    client: ApiClient,
    taskId: string,
    options: WatchFlags & { after?: LogCursor | string | undefined; mayCancel: boolean },
  ): Promise<void> {
    const closed = new AbortController();
    // Whoever read our output has gone (a pager, `head`): there is nothing more to do.
    const gone = (): void => closed.abort();
    process.stdout.once('error', gone);
    const { exitCode } = await watchTask({
      client,
      taskId,
      after: options.after,
      printer: this.printer(options, seqOf(options.after)),
      note: (text) => this.note(text),
      mayCancel: options.mayCancel,
      serverFlag: this.failureContext().serverFlag,
      closed: closed.signal,
    }).finally(() => process.stdout.off('error', gone));
    if (exitCode !== exitCodes.done) this.exit(exitCode);
  }

  /** @param after number of the entry after which it begins */
  protected printer({ full, raw }: WatchFlags, after: number): LogPrinter {
    const output: LogOutput = { out: writeOut, note: (text) => this.note(text), terminal: this.stdout };
    if (this.jsonEnabled()) return jsonPrinter(output);
    if (raw) return rawPrinter(output);
    return readablePrinter(output, { maxLines: full ? undefined : shownLines, after });
  }

  /** A task that was just put in the queue: watched, or only named. */
  protected async afterCreation(
    client: ApiClient,
    task: Task,
    flags: { detach: boolean; full: boolean },
  ): Promise<Task | undefined> {
    const { serverFlag } = this.failureContext();
    if (flags.detach) {
      this.say(task.id);
      this.note(`Watch it: aicli logs stream ${task.id}${serverFlag}`);
      return task;
    }
    this.note(this.stderr.paint(task.id, { dim: true }));
    await this.watch(client, task.id, { full: flags.full, mayCancel: true });
    return undefined;
  }
}

async function writeOut(text: string): Promise<void> {
  if (!process.stdout.write(text) && !process.stdout.errored) await drained(process.stdout);
}
