import { isNativeError } from 'node:util/types';

import type { ServiceName } from '@aicode/contracts';
import type { Redis } from 'ioredis';

import type { RedisConnections } from '../redis/redis-connections.js';
import { busKeys } from './bus-keys.js';
import { requestField } from './messages.js';
import { ReplyInbox } from './reply-inbox.js';

/** `refused`: Redis said no; `unsent`: the connection was away; `unknown`: it broke after sending, the request may be there. */
export type SendFailure = { outcome: 'refused' | 'unsent' | 'unknown'; cause: Error };
export type SendResult = { outcome: 'sent'; entry: string } | SendFailure;

/** The calling end of the bus: one connection that sends each request at most once, one on which the answers arrive. */
export class BusLink {
  readonly inbox: ReplyInbox;
  private readonly sender: Redis;
  private readonly subscriber: Redis;

  constructor(
    private readonly redis: RedisConnections,
    key: Buffer,
  ) {
    this.sender = redis.openSender();
    this.subscriber = redis.openSender();
    this.inbox = new ReplyInbox(this.subscriber, key);
  }

  /** True if a request can go out and its answer come back. */
  get ready(): boolean {
    return this.sender.status === 'ready' && this.inbox.subscribed;
  }

  /** Resolves true as soon as the link is ready, false on the timeout or the signal. */
  async whenReady(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    if (this.ready || signal.aborted) return this.ready;
    return new Promise((resolve) => {
      const check = () => {
        if (this.ready) settle();
      };
      const settle = () => {
        clearTimeout(timer);
        forget();
        this.sender.off('ready', check);
        signal.removeEventListener('abort', settle);
        resolve(this.ready);
      };
      const timer = setTimeout(settle, timeoutMs);
      const forget = this.inbox.whenSubscribed(check);
      this.sender.on('ready', check);
      signal.addEventListener('abort', settle);
    });
  }

  /** Puts a request into the service's stream. Never rejects. */
  async send(service: ServiceName, message: string): Promise<SendResult> {
    try {
      const entry = await this.sender.xadd(busKeys.requests(service), '*', requestField, message);
      return { outcome: 'sent', entry: entry ?? '' };
    } catch (error) {
      return failure(error);
    }
  }

  /** Takes back a request that nobody has read; does nothing if somebody has. */
  withdraw(service: ServiceName, entry: string): void {
    if (this.sender.status !== 'ready') return;
    this.sender.xdel(busKeys.requests(service), entry).catch(() => undefined);
  }

  /** Publishes at most once; rejects while Redis is away. */
  async publish(channel: string, message: string): Promise<void> {
    await this.sender.publish(channel, message);
  }

  async close(): Promise<void> {
    await Promise.all([this.redis.release(this.sender), this.redis.release(this.subscriber)]);
  }
}

function failure(error: unknown): SendFailure {
  const cause = isNativeError(error) ? error : new Error(String(error));
  if (cause.name === 'ReplyError') return { outcome: 'refused', cause };
  // ioredis has no type for this one.
  if (cause.message.includes("isn't writeable")) return { outcome: 'unsent', cause };
  return { outcome: 'unknown', cause };
}
