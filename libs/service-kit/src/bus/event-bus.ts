import { newId, parseOrThrow, type EventDefinition } from '@aicode/contracts';
import type { Redis } from 'ioredis';
import type { z } from 'zod';

import type { Logger } from '../log/logger.js';
import type { RedisConnections } from '../redis/redis-connections.js';
import { subscribeTo } from '../redis/subscribe.js';
import { busKeys } from './bus-keys.js';
import type { BusLink } from './bus-link.js';
import { BusEvent, decode } from './messages.js';
import { openMessage, signMessage } from './signature.js';

export interface EventMeta {
  id: string;
  /** RFC 3339, by the publisher's clock. */
  time: string;
}

type Listener = (body: string) => void;

/** Events that every replica hears, and that may be lost: what must not be lost is in SQL or in a stream. */
export class EventBus {
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly subscriber: Redis;

  constructor(
    redis: RedisConnections,
    private readonly link: BusLink,
    private readonly key: Buffer,
    private readonly log: Logger,
  ) {
    // ioredis subscribes again to all of its channels after a reconnect.
    this.subscriber = redis.open({ blocking: true });
    this.subscriber.on('message', (channel: string, message: string) => this.receive(channel, message));
  }

  /** Tells all who listen now. While Redis is away the event is lost, and the log says so; it never fails the caller's work. */
  async publish<D extends z.ZodType>(definition: EventDefinition<D>, data: z.input<D>): Promise<void> {
    const event = {
      id: newId('event'),
      time: new Date().toISOString(),
      data: parseOrThrow(definition.data, data, `event ${definition.name}`),
    };
    const channel = busKeys.event(definition.name);
    try {
      await this.link.publish(channel, signMessage(this.key, channel, JSON.stringify(event)));
    } catch (error) {
      this.log.warn({ err: error, event: definition.name }, 'an event is lost because Redis is away');
    }
  }

  /** Resolves when Redis has confirmed the subscription; the function it gives ends it. A handler's error is logged. */
  async subscribe<D extends z.ZodType>(
    definition: EventDefinition<D>,
    handler: (data: z.output<D>, meta: EventMeta) => void | Promise<void>,
  ): Promise<() => Promise<void>> {
    const channel = busKeys.event(definition.name);
    const listener: Listener = (body) => void this.deliver(definition, handler, body);
    const listeners = this.listeners.get(channel) ?? new Set<Listener>();
    this.listeners.set(channel, listeners.add(listener));
    await subscribeTo(this.subscriber, channel);
    return async () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.listeners.get(channel) !== listeners) return;
      this.listeners.delete(channel);
      if (this.subscriber.status === 'ready') await this.subscriber.unsubscribe(channel);
    };
  }

  private receive(channel: string, message: string): void {
    const body = openMessage(this.key, channel, message);
    if (body === undefined) {
      this.log.error({ channel }, 'an event without a valid signature was refused');
      return;
    }
    for (const listener of [...(this.listeners.get(channel) ?? [])]) listener(body);
  }

  private async deliver<D extends z.ZodType>(
    definition: EventDefinition<D>,
    handler: (data: z.output<D>, meta: EventMeta) => void | Promise<void>,
    body: string,
  ): Promise<void> {
    try {
      const event = decode(BusEvent, body);
      if (!event) throw new Error('it is not an event');
      const data = parseOrThrow(definition.data, event.data, `event ${definition.name}`);
      await handler(data, { id: event.id, time: event.time });
    } catch (error) {
      this.log.error({ err: error, event: definition.name }, 'an event could not be handled');
    }
  }
}
