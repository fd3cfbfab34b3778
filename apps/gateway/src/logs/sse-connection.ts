import type { ServerResponse } from 'node:http';

import { retryFrame, sseComment } from './sse-frame.js';

const heartbeatMs = 15_000;
/** A reader that takes nothing for so long is gone. */
const stallMs = 120_000;

/** The answer that stays open: writes wait until the client has room, so that a slow one holds nothing but itself. */
export class SseConnection {
  private readonly gone = new AbortController();
  private readonly heartbeat: NodeJS.Timeout;

  constructor(private readonly response: ServerResponse) {
    response.once('close', () => this.gone.abort());
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // nginx would gather the stream otherwise.
      'X-Accel-Buffering': 'no',
    });
    response.write(retryFrame);
    this.heartbeat = setInterval(() => {
      if (!response.writableNeedDrain) response.write(sseComment('alive'));
    }, heartbeatMs);
  }

  /** Aborts when the client has gone. */
  get signal(): AbortSignal {
    return this.gone.signal;
  }

  async write(text: string, signal: AbortSignal): Promise<void> {
    if (this.gone.signal.aborted || this.response.write(text)) return;
    await new Promise<void>((resolve) => {
      const stalled = setTimeout(() => this.response.destroy(), stallMs);
      const done = (): void => {
        clearTimeout(stalled);
        this.response.off('drain', done).off('close', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.response.on('drain', done).on('close', done);
      signal.addEventListener('abort', done);
    });
  }

  close(comment?: string): void {
    clearInterval(this.heartbeat);
    if (!this.gone.signal.aborted) this.response.end(comment === undefined ? undefined : sseComment(comment));
  }
}
