import { randomBytes } from 'node:crypto';

import type { Redis } from 'ioredis';

import { busKeys } from './bus-keys.js';
import { BusReply, decode } from './messages.js';
import { openMessage } from './signature.js';

/** Where the answers to this process arrive: one channel for each boot, so that nobody gets a dead process' answers. */
export class ReplyInbox {
  readonly channel = busKeys.replies(randomBytes(16).toString('base64url'));
  private readonly waiting = new Map<string, (reply: BusReply) => void>();
  private readonly onSubscribed = new Set<() => void>();
  private confirmed = false;

  constructor(
    private readonly subscriber: Redis,
    private readonly key: Buffer,
  ) {
    subscriber.on('ready', () => this.subscribe());
    subscriber.on('close', () => {
      this.confirmed = false;
    });
    subscriber.on('message', (channel: string, message: string) => this.receive(channel, message));
    if (subscriber.status === 'ready') this.subscribe();
  }

  /** True once Redis has confirmed the subscription of the present connection. An answer before that would be lost. */
  get subscribed(): boolean {
    return this.confirmed;
  }

  /** Calls back when subscribed again; the function it returns forgets that. */
  whenSubscribed(callback: () => void): () => void {
    this.onSubscribed.add(callback);
    return () => this.onSubscribed.delete(callback);
  }

  /** Calls back at most once with the answer to this request; the function it returns forgets the request. */
  expect(id: string, callback: (reply: BusReply) => void): () => void {
    this.waiting.set(id, callback);
    return () => this.waiting.delete(id);
  }

  private subscribe(): void {
    this.subscriber.subscribe(this.channel).then(
      () => {
        this.confirmed = true;
        for (const callback of [...this.onSubscribed]) callback();
      },
      // The connection went away again; its next `ready` subscribes.
      () => undefined,
    );
  }

  private receive(channel: string, message: string): void {
    const body = openMessage(this.key, channel, message);
    const reply = body === undefined ? undefined : decode(BusReply, body);
    if (!reply) return;
    const callback = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    callback?.(reply);
  }
}
