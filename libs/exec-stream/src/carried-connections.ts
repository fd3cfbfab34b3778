import type { ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';

import { DomainError } from '@aicode/contracts';
import { z } from 'zod';

import { join } from './join.js';
import { limits } from './protocol.js';

/** A line of `GET /connections`. */
export const Offer = z.object({ id: z.int(), socket: z.string() });
export type Offer = z.infer<typeof Offer>;

interface Waiting extends Offer {
  connection: Duplex;
  timer: NodeJS.Timeout;
}

/** Connections that programs inside made, on their way to the other end. */
export class CarriedConnections {
  private readonly all = new Set<Duplex>();
  private readonly waiting = new Map<number, Waiting>();
  private offers: ServerHttp2Stream | undefined;
  private lastId = 0;
  private closed = false;

  /** Beyond the limit, and after the end, a connection is closed at once. */
  add(socket: string, connection: Duplex): void {
    connection.on('error', () => undefined);
    if (this.closed || this.all.size >= limits.carriedConnections) return void connection.destroy();
    const id = (this.lastId += 1);
    const timer = setTimeout(() => connection.destroy(), limits.carryMs);
    this.all.add(connection);
    this.waiting.set(id, { id, socket, connection, timer });
    connection.once('close', () => {
      clearTimeout(timer);
      this.all.delete(connection);
      this.waiting.delete(id);
    });
    this.offer({ id, socket });
  }

  /** Where offers are written from now on; those made before come first. */
  announce(stream: ServerHttp2Stream): void {
    this.offers = stream;
    for (const waiting of this.waiting.values()) this.offer(waiting);
  }

  /** @throws DomainError request.not_found */
  take(id: number, stream: ServerHttp2Stream): void {
    const found = this.waiting.get(id);
    if (!found) {
      throw new DomainError('request.not_found', 'There is no such connection (any more). Take only what was offered.');
    }
    clearTimeout(found.timer);
    this.waiting.delete(id);
    stream.respond({ ':status': 200 });
    join(found.connection, stream);
  }

  close(): void {
    this.closed = true;
    for (const connection of this.all) connection.destroy();
  }

  private offer({ id, socket }: Offer): void {
    if (this.offers?.writable) this.offers.write(Buffer.from(`${JSON.stringify({ id, socket })}\n`));
  }
}
