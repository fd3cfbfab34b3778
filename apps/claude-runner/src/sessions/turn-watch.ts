import type { ProxiedProcess } from '../model-proxy/proxied-process.js';
import type { StopReason } from './attempt-end.js';
import type { CliMessage } from './describe-message.js';
import { ToolCalls } from './tool-calls.js';

export interface TurnLimits {
  /** Of the whole turn, in milliseconds. */
  timeoutMs: number;
  /** Without a sign of life while nothing is at work, in milliseconds. */
  silenceMs: number;
  /** Of all that the CLI puts out. */
  bytes: number;
}

const silenceCheckMs = 1000;

/** Watches over one turn: when it has started, when it is over, and when the platform has to end it. */
export class TurnWatch {
  /** Resolves when the work is over: by its result, its end, or a stop. */
  readonly over: Promise<void>;
  started = false;
  result: CliMessage | null = null;
  finish: () => void = () => undefined;

  private readonly tools = new ToolCalls();
  private readonly timers: NodeJS.Timeout[];
  /** Null until there is a process that could say something: opening it has times of its own. */
  private lastSign: number | null = null;
  private spoken = 0;

  constructor(
    private readonly stop: AbortController,
    private readonly limits: TurnLimits,
    private readonly proxied: ProxiedProcess,
    private readonly onStarted: () => void,
  ) {
    this.over = new Promise((resolve) => (this.finish = resolve));
    stop.signal.addEventListener('abort', this.finish, { once: true });
    if (stop.signal.aborted) this.finish();
    this.timers = [
      setTimeout(() => this.end('timed_out'), limits.timeoutMs),
      setInterval(() => this.checkSilence(), Math.min(silenceCheckMs, limits.silenceMs / 4)),
    ];
  }

  /** Each message of the CLI, and each sign of life (null). */
  readonly note = (message: CliMessage | null): void => {
    this.lastSign = performance.now();
    if (!message) return;
    if (!this.started) {
      this.started = true;
      this.onStarted();
    }
    this.tools.note(message);
    if (message.type !== 'result') return;
    this.result = message;
    if (!this.tools.agentsAtWork) this.finish();
  };

  /** The process runs: from here on it has to say something. */
  opened(): void {
    this.lastSign = performance.now();
  }

  /** Counts what the CLI puts out, whatever it is; false once it is more than an attempt may. */
  readonly bytes = (count: number): boolean => {
    this.spoken += count;
    if (this.spoken <= this.limits.bytes) return true;
    this.end('log_too_large');
    return false;
  };

  close(): void {
    this.timers.forEach(clearTimeout);
    this.finish();
  }

  /** A tool at work and a model that is asked are no silence; each has its own limit. */
  private checkSilence(): void {
    if (this.lastSign === null) return;
    if (this.tools.atWork || this.proxied.active > 0) this.lastSign = performance.now();
    else if (performance.now() - this.lastSign > this.limits.silenceMs) this.end('hang');
  }

  private end(reason: StopReason): void {
    this.stop.abort(reason);
  }
}
