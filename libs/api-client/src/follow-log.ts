import type { LogCursor } from '@aicode/contracts';

import { ApiError, ServerUnreachable } from './api-error.js';
import { asError, backoff, pause } from './backoff.js';
import type { Connection } from './connection.js';
import { LogPlace, startOf } from './log-place.js';
import { readLogStream, type LogStreamItem } from './log-stream.js';

export interface FollowOptions {
  /** The place after which to begin: a LogCursor, or as text (`42`, `42.1`). The log's beginning if not given. */
  after?: LogCursor | string | undefined;
  signal?: AbortSignal | undefined;
  /** Told when the connection is lost, with why, and when it is back. */
  onConnection?: ((state: 'open' | 'lost', why: Error | null) => void) | undefined;
  /** Milliseconds without a connection after which it gives up; never if not given. Before the first one it gives up after 2 s. */
  patienceMs?: number | undefined;
  /** Milliseconds without a sign of life after which a connection counts as dead; 45,000 if not given. */
  silenceMs?: number | undefined;
}

const firstPatienceMs = 2_000;
const retryBaseMs = 250;
const retryMaxMs = 10_000;

/**
 * Follows a log until its task has ended: entries without gap or repeat; after a `reset` those after `from` come again, as they
 * truly are. Comes back by itself, with a fresh token if needed, at the place where it was. Throws ApiError for what coming back
 * does not change (404, signed out), ServerUnreachable when its patience ends, or the reason of the signal.
 */
export async function* followLog(
  connection: Connection,
  taskId: string,
  options: FollowOptions,
): AsyncGenerator<LogStreamItem, void, undefined> {
  const { signal } = options;
  const place = new LogPlace(startOf(options.after));
  const trials = new Trials(options);
  for (;;) {
    signal?.throwIfAborted();
    try {
      const request = {
        taskId,
        signal,
        silenceMs: options.silenceMs,
        cursor: place.cursor,
        onOpen: () => trials.opened(),
      };
      for await (const item of readLogStream(connection, request)) {
        if (item.type === 'reset') place.reset(item.from);
        if (item.type === 'log') {
          const step = place.take(item.entry);
          if (step === 'gap') break;
          if (step === 'repeat') continue;
          trials.progress();
        }
        yield item;
        if (item.type === 'end') return;
      }
    } catch (error) {
      signal?.throwIfAborted();
      trials.failed(asError(error));
    }
    await trials.rest();
  }
}

/** When to try again, when to tell, and when to give up. */
class Trials {
  private tries = 0;
  private lostAt: number | null = null;
  private told = false;
  private everOpen = false;

  constructor(private readonly options: FollowOptions) {}

  opened(): void {
    if (this.told) this.options.onConnection?.('open', null);
    this.everOpen = true;
    this.told = false;
    this.lostAt = null;
  }

  progress(): void {
    this.tries = 0;
  }

  /** Throws the error if trying again would not help, or was tried for long enough. */
  failed(error: Error): void {
    const now = performance.now();
    this.lostAt ??= now;
    const patience = this.everOpen ? (this.options.patienceMs ?? Number.POSITIVE_INFINITY) : firstPatienceMs;
    if (!mayPass(error) || now - this.lostAt >= patience) throw error;
    if (this.everOpen && !this.told) this.options.onConnection?.('lost', error);
    this.told ||= this.everOpen;
  }

  /** A server that closes without an error (it stops, or the token has run out) is asked again at once, later ever more slowly. */
  async rest(): Promise<void> {
    await pause(backoff(this.tries, retryBaseMs, retryMaxMs), this.options.signal);
    this.tries += 1;
  }
}

function mayPass(error: Error): boolean {
  if (error instanceof ServerUnreachable) return error.kind !== 'foreign';
  return error instanceof ApiError && (error.status === 429 || error.status >= 500);
}
