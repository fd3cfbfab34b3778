import type { EventEmitter } from 'node:events';

/**
 * Backpressure for socket.io, which has none of its own: packets made while the connection is still writing the ones before pile
 * up until its next `flush`. Who sends much waits for that.
 */
export class SendRoom {
  private waiting = 0;
  private readonly waiters = new Set<() => void>();

  constructor(private readonly connection: EventEmitter) {
    connection.on('packetCreate', this.created).on('flush', this.flushed).on('close', this.flushed);
  }

  /** Resolves when nothing waits to be written, or the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    if (this.waiting === 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.waiters.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.waiters.add(done);
      signal.addEventListener('abort', done);
    });
  }

  stop(): void {
    this.connection.off('packetCreate', this.created).off('flush', this.flushed).off('close', this.flushed);
    this.flushed();
  }

  private readonly created = (): void => {
    this.waiting += 1;
  };

  private readonly flushed = (): void => {
    this.waiting = 0;
    for (const done of this.waiters) done();
  };
}
