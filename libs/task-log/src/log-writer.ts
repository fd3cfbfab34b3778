import { setTimeout as delay } from 'node:timers/promises';

import type { LogStore } from './log-store.js';
import { encodeLine, type LogLine } from './stream-entry.js';

export interface LogWriterLimits {
  batchDelayMs: number;
  batchLines: number;
  batchBytes: number;
  /** What may wait for SQL before `ready` makes the source wait. */
  windowLines: number;
  windowBytes: number;
}

interface Kept {
  seq: number;
  json: string;
}

const probeEveryMs = 100;
const retryEveryMs = 200;

/**
 * Numbers and appends the lines of one attempt, in batches, under its lease. Keeps what SQL does not have yet and appends it
 * again where Redis has lost it. Once the lease is lost nothing is written any more and `lost` is resolved.
 */
export class LogWriter {
  /** Bytes written so far. */
  bytes = 0;
  /** Resolves with the reason when this attempt may write no more. */
  readonly lost: Promise<string>;

  private readonly kept: Kept[] = [];
  private keptBytes = 0;
  private sentSeq: number;
  private nextSeq: number;
  private terminalSeq: number | null = null;
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> | undefined;
  private stopped = false;
  private markLost: (reason: string) => void = () => undefined;

  private constructor(
    private readonly store: LogStore,
    private readonly taskId: string,
    private readonly attempt: number,
    private floor: number,
    last: number,
    private readonly limits: LogWriterLimits,
  ) {
    this.sentSeq = Math.max(floor, last);
    this.nextSeq = this.sentSeq + 1;
    this.lost = new Promise((resolve) => (this.markLost = resolve));
  }

  /** Begins where the log of the attempts before ends. `persistedSeq` is what SQL had at the claim. */
  static async open(
    store: LogStore,
    claim: { taskId: string; attempt: number; persistedSeq: number },
    limits: LogWriterLimits,
  ): Promise<LogWriter> {
    const { taskId, attempt, persistedSeq } = claim;
    const empty = { attempt, firstSeq: persistedSeq + 1, floor: persistedSeq, lines: [], terminal: false };
    const answer = await store.append(taskId, empty);
    const writer = new LogWriter(store, taskId, attempt, Math.max(persistedSeq, answer.persisted), answer.last, limits);
    if (answer.status !== 'ok') writer.giveUp(`the log refused the attempt (${answer.status})`);
    return writer;
  }

  write(line: LogLine): void {
    if (this.stopped || this.terminalSeq !== null) return;
    this.keep(line);
    if (this.kept.length >= this.limits.batchLines || this.keptBytes >= this.limits.batchBytes) this.flushSoon(0);
    else this.flushSoon(this.limits.batchDelayMs);
  }

  /** Resolves when the source may go on: at once, unless too much waits for SQL. */
  async ready(): Promise<void> {
    while (this.windowFull()) {
      await this.flush();
      if (!this.windowFull()) return;
      await delay(probeEveryMs);
      await this.probe();
    }
  }

  /** Appends the end of the attempt and resolves when Redis has it; nothing can follow. */
  async end(line: LogLine): Promise<void> {
    if (this.stopped || this.terminalSeq !== null) return;
    this.keep(line);
    this.terminalSeq = this.nextSeq - 1;
    await this.flush();
  }

  /** Sends what waits; resolves when Redis has it or the lease is lost. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sending ??= this.sendAll().finally(() => (this.sending = undefined));
    await this.sending;
    if (!this.stopped && this.sentSeq < this.nextSeq - 1) await this.flush();
  }

  /** The lease is gone by somebody else's word: write nothing more. */
  giveUp(reason: string): void {
    if (this.stopped) return;
    this.stopped = true;
    clearTimeout(this.timer);
    this.markLost(reason);
  }

  /** SQL has the log up to here. */
  persisted(seq: number): void {
    if (seq <= this.floor) return;
    this.floor = seq;
    while (this.kept[0] && this.kept[0].seq <= seq && this.kept[0].seq <= this.sentSeq) {
      this.keptBytes -= this.kept.shift()?.json.length ?? 0;
    }
  }

  private keep(line: LogLine): void {
    const json = encodeLine(line);
    this.kept.push({ seq: this.nextSeq, json });
    this.nextSeq += 1;
    this.keptBytes += json.length;
    this.bytes += json.length;
  }

  private windowFull(): boolean {
    return !this.stopped && (this.kept.length >= this.limits.windowLines || this.keptBytes >= this.limits.windowBytes);
  }

  private flushSoon(afterMs: number): void {
    if (this.sending || (this.timer && afterMs > 0)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), afterMs);
  }

  private async sendAll(): Promise<void> {
    while (!this.stopped && this.sentSeq < this.nextSeq - 1) {
      const batch = this.nextBatch();
      if (!batch) return this.giveUp('entries that Redis lost are not here any more');
      await this.send(batch);
    }
  }

  private nextBatch(): Kept[] | null {
    const from = this.kept.findIndex((entry) => entry.seq === this.sentSeq + 1);
    if (from < 0) return null;
    let bytes = 0;
    const batch: Kept[] = [];
    for (let i = from; i < this.kept.length && batch.length < this.limits.batchLines; i += 1) {
      const entry = this.kept[i];
      if (!entry || (batch.length > 0 && bytes + entry.json.length > this.limits.batchBytes)) break;
      bytes += entry.json.length;
      batch.push(entry);
    }
    return batch;
  }

  private async send(batch: Kept[]): Promise<void> {
    const firstSeq = batch[0]?.seq ?? this.nextSeq;
    const finalSeq = firstSeq + batch.length - 1;
    const lines = batch.map((entry) => entry.json);
    try {
      const terminal = finalSeq === this.terminalSeq;
      const answer = await this.store.append(this.taskId, {
        attempt: this.attempt,
        firstSeq,
        floor: this.floor,
        lines,
        terminal,
      });
      if (answer.status === 'ok') this.sentSeq = finalSeq;
      else if (answer.status === 'hole') this.sentSeq = Math.max(answer.last, this.floor);
      else this.giveUp(answer.status === 'lost' ? 'the lease is lost' : 'another attempt has written here');
      this.persisted(answer.persisted);
    } catch {
      // Redis is away: the lease decides how long trying makes sense, its keeper calls giveUp.
      await delay(retryEveryMs);
    }
  }

  private async probe(): Promise<void> {
    const empty = { attempt: this.attempt, firstSeq: this.sentSeq + 1, floor: this.floor, lines: [], terminal: false };
    try {
      const answer = await this.store.append(this.taskId, empty);
      if (answer.status === 'lost') this.giveUp('the lease is lost');
      else if (answer.status === 'hole') this.sentSeq = Math.max(answer.last, this.floor);
      this.persisted(answer.persisted);
    } catch {
      // As in send.
    }
  }
}
