import { isFinal, type LogCursor, type LogEntry, type LogHistory, type Task } from '@aicode/contracts';

import { Bell } from './bell.js';
import { LiveBuffer, type BufferLimits } from './live-buffer.js';
import type { LiveTail } from './live-tail.js';
import { startAt, takeBeforeEnd, takeContiguous, type Place } from './reader-place.js';
import type { TaskWatch } from './task-watch.js';

/** What a reader gets. Entries come in order, without gap or repeat; after a `reset` those after `from` come again, as they truly are. */
export type LogReaderEvent =
  | { type: 'log'; entries: LogEntry[] }
  | { type: 'reset'; from: number }
  | { type: 'status'; task: Task }
  | { type: 'end'; task: Task; cursor: LogCursor };

/** What SQL and the live end know of one task's log. The requests wait out a bus or store that is away for a while. */
export interface LogSources {
  taskId: string;
  history(afterSeq: number): Promise<LogHistory>;
  /** Where the log and a cursor part: the cursor's own seq, or the last one that both have. */
  locate(cursor: LogCursor): Promise<number>;
  task(): Promise<Task>;
  tail: LiveTail;
  watch(bell: Bell): TaskWatch;
}

export interface ReaderTimes {
  /** How long an attempt's end is waited for to be in SQL before it is asked for. */
  endPollMs: number;
  /** How long SQL may be ahead of what came live before history is asked. */
  behindMs: number;
  /** After so long without a sign history is asked anyway: signs may be lost. */
  idleMs: number;
}

export const readerTimes: ReaderTimes = { endPollMs: 1000, behindMs: 250, idleMs: 10_000 };

interface ReaderOptions {
  signal: AbortSignal;
  times?: ReaderTimes;
  limits?: BufferLimits;
}

/**
 * Reads a task's log from a cursor: history, then live, until the task is final and everything has been given, or the signal
 * aborts (protocols.md, The log, rules 3, 5 and 6). The generator rests while its consumer does.
 */
export function readLog(
  sources: LogSources,
  from: LogCursor,
  options: ReaderOptions,
): AsyncGenerator<LogReaderEvent, void> {
  return new LogReader(sources, startAt(from), options).read();
}

class LogReader {
  private readonly bell = new Bell();
  private readonly watch: TaskWatch;
  private readonly live: LiveBuffer;
  private readonly signal: AbortSignal;
  private readonly times: ReaderTimes;
  private taskVersion = 0;
  /** The place has to be compared with the log before anything after it is given. */
  private doubt: boolean;
  /** Rounds in a row that brought nothing although something is missing. */
  private fruitless = 0;

  constructor(
    private readonly sources: LogSources,
    private place: Place,
    { signal, times = readerTimes, limits }: ReaderOptions,
  ) {
    this.signal = signal;
    this.times = times;
    this.doubt = !place.confirmed;
    this.watch = sources.watch(this.bell);
    this.live = new LiveBuffer(sources.tail, sources.taskId, this.bell, limits);
  }

  async *read(): AsyncGenerator<LogReaderEvent, void> {
    try {
      yield* this.status(await this.sources.task());
      while (!this.signal.aborted) {
        if (this.doubt) yield* this.confirmPlace();
        if (yield* this.catchUp()) return;
        yield* this.goLive();
      }
    } finally {
      this.live.stop();
      this.watch.stop();
    }
  }

  private async *confirmPlace(): AsyncGenerator<LogReaderEvent, void> {
    const seq = await this.sources.locate(this.place);
    this.doubt = false;
    if (seq < this.place.seq) yield* this.resetTo(seq);
    else this.place = { ...this.place, confirmed: true };
  }

  private *resetTo(seq: number): Generator<LogReaderEvent, void> {
    this.place = { seq, attempt: null, confirmed: true };
    yield { type: 'reset', from: seq };
  }

  /** Gives what SQL has after the place. True when the log is at its end and the reader has been told. */
  private async *catchUp(): AsyncGenerator<LogReaderEvent, boolean> {
    while (!this.signal.aborted) {
      this.watch.ended = false;
      const { entries, persisted_seq: persisted, final } = await this.sources.history(this.place.seq);
      this.watch.persistedSeq = Math.max(this.watch.persistedSeq, persisted);
      const { accepted, place, stoppedBy } = takeContiguous(this.place, entries);
      if (accepted.length > 0) yield* this.give(accepted, place);
      if (stoppedBy === 'attempt') yield* this.confirmPlace();
      else if (place.seq >= persisted) return final && (yield* this.end(persisted));
      else if (accepted.length === 0) throw new Error(`SQL has no entry ${place.seq + 1} of ${this.sources.taskId}`);
    }
    return false;
  }

  private async *end(persisted: number): AsyncGenerator<LogReaderEvent, boolean> {
    if (this.place.seq > persisted) yield* this.resetTo(persisted);
    const task = await this.sources.task();
    yield { type: 'end', task, cursor: { seq: this.place.seq, attempt: this.place.attempt ?? 0 } };
    return true;
  }

  /** Gives what comes live, until history has to be asked or the place has to be found again. */
  private async *goLive(): AsyncGenerator<LogReaderEvent, void> {
    this.live.follow(this.place.seq);
    while (!this.signal.aborted) {
      if (this.watch.task) yield* this.status(this.watch.task);
      const { entries, broken } = this.live.take();
      const { accepted, place, stoppedBy, end } = takeBeforeEnd(this.place, entries);
      if (accepted.length > 0) yield* this.give(accepted, place);
      if (stoppedBy === 'attempt' || broken === 'unsure') this.doubt = true;
      if (end) return this.untilPersisted(end.seq);
      if (stoppedBy || broken) return this.rest();
      if (entries.length > 0) continue;
      if (this.watch.ended) return;
      const isBehind = this.watch.persistedSeq > this.place.seq;
      if (await this.bell.wait(isBehind ? this.times.behindMs : this.times.idleMs, this.signal)) continue;
      return yield* this.lookAround();
    }
  }

  /** Nothing has told of anything for long: events may have been lost. */
  private async *lookAround(): AsyncGenerator<LogReaderEvent, void> {
    if (this.signal.aborted) return;
    yield* this.status(await this.sources.task());
    this.doubt = this.place.seq > 0;
  }

  /** Readers get an attempt's end only after SQL has it: until then it may still be taken back. */
  private async untilPersisted(seq: number): Promise<void> {
    const deadline = performance.now() + this.times.endPollMs;
    while (this.watch.persistedSeq < seq && !this.signal.aborted) {
      const rest = deadline - performance.now();
      if (rest <= 0) return;
      await this.bell.wait(rest, this.signal);
    }
  }

  /** What is missing may be on its way to SQL: ask again, but ever more slowly while nothing comes. */
  private async rest(): Promise<void> {
    this.live.stop();
    this.fruitless += 1;
    if (this.fruitless > 1) await this.bell.wait(Math.min(25 * 2 ** this.fruitless, 1000), this.signal);
  }

  private *give(entries: LogEntry[], place: Place): Generator<LogReaderEvent, void> {
    this.place = place;
    this.fruitless = 0;
    yield { type: 'log', entries };
  }

  /** A final state is told by `end`, behind the last line. */
  private *status(task: Task): Generator<LogReaderEvent, void> {
    this.watch.task = undefined;
    if (task.version <= this.taskVersion || isFinal(task.state)) return;
    this.taskVersion = task.version;
    yield { type: 'status', task };
  }
}
