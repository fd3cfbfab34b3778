import { DomainError, fromWireError, type Actor, type ServiceName } from '@aicode/contracts';

import { busKeys } from './bus-keys.js';
import type { BusLink, SendFailure } from './bus-link.js';
import type { BusReply, BusRequest } from './messages.js';
import type { RedisClock } from './redis-clock.js';
import { signMessage } from './signature.js';

/** How long a request waits for Redis to come back before it is refused. */
const redisPatienceMs = 2000;
/** How long an answer is waited for when the connection broke after sending and nobody knows if the request arrived. */
const doubtMs = 2000;
const unsentPauseMs = 20;

export interface Question {
  service: ServiceName;
  /** Pattern of the method. */
  method: string;
  caller: ServiceName;
  via: ServiceName[];
  actor: Actor;
  requestId: string;
  input: unknown;
  /** Milliseconds for everything, a second try too. */
  timeoutMs: number;
  /** May be asked again when no answer comes. */
  idempotent: boolean;
}

export interface ExchangeParts {
  link: BusLink;
  clock: RedisClock;
  key: Buffer;
  maxPayload: number;
  newId: () => string;
}

/**
 * One question and its answer. An idempotent one is sent a second time when the first gets no answer within half of its
 * time, or when the connection broke and nobody knows what became of it; whichever answer comes first counts.
 */
export class Exchange {
  private readonly deadline: number;
  private readonly over = new AbortController();
  private readonly sent: string[] = [];
  private readonly cleanups: (() => void)[] = [];
  private attempts = 0;
  private answered = false;
  private patienceUntil: number;

  constructor(
    private readonly parts: ExchangeParts,
    private readonly question: Question,
    private readonly done: (error: DomainError | undefined, output?: unknown) => void,
  ) {
    this.deadline = performance.now() + question.timeoutMs;
    this.patienceUntil = performance.now() + redisPatienceMs;
  }

  start(): void {
    this.after(this.question.timeoutMs, () => this.fail('bus.timeout', this.timeoutText()));
    void this.attempt();
    if (this.question.idempotent) this.after(this.question.timeoutMs / 2, () => this.tryAgain());
  }

  /** Gives up: no answer is told any more, and a request that nobody has read is taken back. */
  cancel(): void {
    if (this.over.signal.aborted) return;
    this.end();
    for (const entry of this.sent) this.parts.link.withdraw(this.question.service, entry);
  }

  private async attempt(): Promise<void> {
    const { link, maxPayload } = this.parts;
    const patience = Math.min(this.patienceUntil - performance.now(), this.remaining());
    if (!(await link.whenReady(patience, this.over.signal))) {
      return this.fail('bus.unavailable', 'Redis cannot be reached, so nothing was done. Try again in a moment.');
    }
    if (this.over.signal.aborted) return;
    const id = this.parts.newId();
    const message = this.encode(id);
    const size = Buffer.byteLength(message);
    if (size > maxPayload) return this.fail('bus.payload_too_large', this.tooLargeText(size));
    this.cleanups.push(link.inbox.expect(id, (reply) => this.answer(reply)));
    this.attempts += 1;
    const result = await link.send(this.question.service, message);
    if (result.outcome === 'sent') this.keep(result.entry);
    else this.notSent(result);
  }

  /** The entry's id, to take it back with. If all is over by now, at once. */
  private keep(entry: string): void {
    this.sent.push(entry);
    if (this.over.signal.aborted && !this.answered) this.parts.link.withdraw(this.question.service, entry);
  }

  private notSent(failure: SendFailure): void {
    if (this.over.signal.aborted) return;
    if (failure.outcome === 'unsent') {
      this.attempts -= 1;
      // The socket is dead and ioredis has not been told yet.
      this.after(unsentPauseMs, () => void this.attempt());
    } else if (failure.outcome === 'refused') {
      this.fail('bus.unavailable', `Redis does not take requests now (${failure.cause.message}). Nothing was done.`);
    } else {
      // It may have arrived, so its answer may come.
      this.after(Math.min(doubtMs, this.remaining() / 2), () => {
        if (!this.tryAgain()) this.fail('bus.unavailable', this.lostText());
      });
    }
  }

  /** False if this question must not be asked twice. */
  private tryAgain(): boolean {
    if (!this.question.idempotent) return false;
    if (this.attempts === 1) {
      this.patienceUntil = performance.now() + redisPatienceMs;
      void this.attempt();
    }
    return true;
  }

  private answer(reply: BusReply): void {
    if (this.over.signal.aborted) return;
    this.answered = true;
    // The other of two attempts may still lie unread.
    if (this.attempts > 1) this.cancel();
    else this.end();
    if ('error' in reply) this.done(fromWireError(reply.error));
    else this.done(undefined, reply.output);
  }

  private fail(code: DomainError['code'], message: string): void {
    if (this.over.signal.aborted) return;
    this.cancel();
    this.done(new DomainError(code, message));
  }

  private end(): void {
    this.over.abort();
    for (const cleanup of this.cleanups) cleanup();
  }

  private encode(id: string): string {
    const { service, method, caller, via, actor, requestId, input } = this.question;
    const left = Math.max(1, this.remaining());
    const request: BusRequest = {
      id,
      method,
      caller,
      via,
      actor,
      request_id: requestId,
      ttl_ms: left,
      expires_ms: this.parts.clock.now() + left,
      reply: this.parts.link.inbox.channel,
      input,
    };
    return signMessage(this.parts.key, busKeys.requests(service), JSON.stringify(request));
  }

  private remaining(): number {
    return this.deadline - performance.now();
  }

  private after(ms: number, work: () => void): void {
    const timer = setTimeout(work, Math.max(0, ms));
    this.cleanups.push(() => clearTimeout(timer));
  }

  private timeoutText(): string {
    const { service, idempotent, timeoutMs } = this.question;
    const unsure = idempotent ? '' : ' Whether it was done is not known: look before you try again.';
    return `${service} did not answer within ${timeoutMs} ms.${unsure}`;
  }

  private lostText(): string {
    return `The connection to Redis broke while ${this.question.service} was asked. Whether it was done is not known: look before you try again.`;
  }

  private tooLargeText(size: number): string {
    return `The request to ${this.question.service} has ${size} bytes; at most ${this.parts.maxPayload} are allowed (bus.max_payload).`;
  }
}
