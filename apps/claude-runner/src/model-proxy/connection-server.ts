import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** What one sandbox may hold at once: enough for a CLI and its agents, too little to starve the platform. */
const maxConnections = 64;

export interface ConnectionTimes {
  /** From a connection's beginning to the end of its first request's headers, in milliseconds. */
  headersMs: number;
  /** From an answer to the end of the next request's headers. */
  idleMs: number;
}

const defaultTimes: ConnectionTimes = { headersMs: 5000, idleMs: 60_000 };

/**
 * Speaks HTTP on connections that are handed to it: it listens nowhere. Node watches over the times of a server that listens,
 * and its list of connections knows sockets alone; both are kept here. A peer has one request at a time on a connection.
 */
export class ConnectionServer {
  private readonly server: Server;
  /** Each with the timer that ends it, or null while a request is under way. */
  private readonly connections = new Map<Duplex, NodeJS.Timeout | null>();
  private closed = false;

  constructor(
    handle: (request: IncomingMessage, response: ServerResponse) => void,
    private readonly times: ConnectionTimes = defaultTimes,
  ) {
    // A second more than the peer is told: it must not write into an end that it could not see coming.
    this.server = createServer({ keepAliveTimeout: times.idleMs });
    this.server.on('request', (request, response) => {
      const connection: Duplex = request.socket;
      if (this.connections.get(connection) === null) return void connection.destroy();
      this.wait(connection, null);
      response.once('close', () => this.wait(connection, times.idleMs + 1000));
      handle(request, response);
    });
  }

  get size(): number {
    return this.connections.size;
  }

  /** Never throws; a connection too many is destroyed. */
  accept(connection: Duplex): void {
    connection.on('error', () => undefined);
    if (this.closed || this.connections.size >= maxConnections) return void connection.destroy();
    this.connections.set(connection, null);
    connection.once('close', () => {
      this.wait(connection, null);
      this.connections.delete(connection);
    });
    this.wait(connection, this.times.headersMs);
    this.server.emit('connection', connection);
  }

  /** Ends every connection, and those that still come. */
  close(): void {
    this.closed = true;
    for (const connection of this.connections.keys()) connection.destroy();
  }

  /** How long the connection may go without a request under way from here on; null: one is. */
  private wait(connection: Duplex, ms: number | null): void {
    const timer = this.connections.get(connection);
    if (timer === undefined) return;
    if (timer) clearTimeout(timer);
    this.connections.set(connection, ms === null ? null : setTimeout(() => connection.destroy(), ms));
  }
}
