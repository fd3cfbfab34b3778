import { DomainError } from '@aicode/contracts';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';

import { Exchange, type ExchangeParts, type Question } from './exchange.js';

/** Nest's client over our bus. `send(pattern, question)` gives one answer, or an error that is a DomainError. */
export class BusClient extends ClientProxy {
  constructor(private readonly parts: ExchangeParts) {
    super();
  }

  /** The link connects by itself; each request waits for it within its own time. */
  connect(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.parts.link.close();
  }

  protected publish(packet: ReadPacket<Question>, callback: (packet: WritePacket) => void): () => void {
    const exchange = new Exchange(this.parts, packet.data, (error, output) => {
      if (error) callback({ err: error });
      else callback({ response: output ?? null, isDisposed: true });
    });
    exchange.start();
    return () => exchange.cancel();
  }

  protected dispatchEvent(): Promise<never> {
    return Promise.reject(new DomainError('internal', 'Events go by the EventBus, not by the request client.'));
  }

  unwrap<T>(): T {
    throw new DomainError('internal', 'The bus shows no client of its own.');
  }
}
