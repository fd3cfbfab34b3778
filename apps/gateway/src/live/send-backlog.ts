import type { EventEmitter } from 'node:events';

/** Packets that may wait for a client that does not read. */
const most = 5000;

/** Counts what waits to be written to a connection: socket.io itself keeps any number. */
export class SendBacklog {
  private waiting = 0;

  constructor(private readonly connection: EventEmitter) {
    connection.on('packetCreate', this.created).on('flush', this.flushed);
  }

  get isTooLong(): boolean {
    return this.waiting > most;
  }

  stop(): void {
    this.connection.off('packetCreate', this.created).off('flush', this.flushed);
  }

  private readonly created = (): void => {
    this.waiting += 1;
  };

  private readonly flushed = (): void => {
    this.waiting = 0;
  };
}
