import { setTimeout as delay } from 'node:timers/promises';

import { type RpcMethod, type ServerConfig, type ServiceName } from '@aicode/contracts';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { Redis } from 'ioredis';

import type { Logger } from '../log/logger.js';
import type { RedisConnections } from '../redis/redis-connections.js';
import type { CallContext } from '../rpc/call-context.js';
import { contractOf } from '../rpc/rpc-handler.js';
import { answerRequest, type Answer, type Method } from './answer-request.js';
import { busKeys } from './bus-keys.js';
import { maxRequestAgeMs, type BusReply } from './messages.js';
import type { RedisClock } from './redis-clock.js';
import { RequestReader } from './request-reader.js';
import { signMessage } from './signature.js';

const trimEveryMs = 60_000;
/** How long calls that were aborted at the end of the grace may still take to answer. */
const abortedPatienceMs = 1000;

export interface BusServerParts {
  service: ServiceName;
  redis: RedisConnections;
  clock: RedisClock;
  key: Buffer;
  config: ServerConfig['bus'];
  log: Logger;
}

/** Nest's transport over our bus: exactly one replica answers each request, at most once, and only before its deadline. */
export class BusServer extends Server implements CustomTransportStrategy {
  private readonly stream: string;
  private readonly connection: Redis;
  private readonly reader: RequestReader;
  private readonly methods = new Map<string, Method>();
  private readonly graceOver = new AbortController();
  private trimming: NodeJS.Timeout | undefined;
  private closing: Promise<void> | undefined;

  constructor(private readonly parts: BusServerParts) {
    super();
    this.stream = busKeys.requests(parts.service);
    this.connection = parts.redis.openSender();
    this.reader = new RequestReader({
      connection: this.connection,
      stream: this.stream,
      handlers: parts.config.handlers,
      handle: (entry, message) => this.handle(entry, message),
      log: parts.log,
    });
  }

  /** Adds a method that is not of a controller. Before listen(). */
  addMethod(contract: RpcMethod, handle: (input: unknown, call: CallContext) => Promise<unknown>): void {
    this.methods.set(contract.pattern, { contract, handle });
  }

  /** Calls back when requests are read, or with what prevents it. */
  listen(callback: (error?: unknown) => void): void {
    this.start().then(
      () => callback(),
      (error: unknown) => callback(error),
    );
  }

  /** Reads no more, lets running calls finish within `bus.timeout`, then aborts them. Does the same work only once. */
  close(): Promise<void> {
    this.closing ??= this.stop();
    return this.closing;
  }

  on(): never {
    throw new Error('The bus has no events of its own.');
  }

  unwrap<T>(): T {
    throw new Error('The bus shows no server of its own.');
  }

  private async start(): Promise<void> {
    for (const [pattern, handler] of this.getHandlers()) {
      const contract = contractOf(handler.extras);
      if (!contract) throw new Error(`The handler of ${pattern} has no contract: use @RpcHandler.`);
      if (contract.service !== this.parts.service) {
        throw new Error(`${pattern} is a method of ${contract.service}, not of ${this.parts.service}.`);
      }
      this.methods.set(pattern, { contract, handle: async (input, call): Promise<unknown> => handler(input, call) });
    }
    await this.reader.start();
    this.trimming = setInterval(() => this.trim(), trimEveryMs);
    this.trimming.unref();
    this.trim();
  }

  private async stop(): Promise<void> {
    clearInterval(this.trimming);
    await this.reader.stop();
    if (!(await this.idleWithin(this.parts.config.timeout))) {
      this.parts.log.warn('calls that did not end in time are aborted');
      this.graceOver.abort();
      await this.idleWithin(abortedPatienceMs);
    }
    await this.parts.redis.release(this.connection);
  }

  private async idleWithin(ms: number): Promise<boolean> {
    const timer = new AbortController();
    const late = delay(ms, false, { signal: timer.signal }).catch(() => false);
    const result = await Promise.race([this.reader.idle().then(() => true), late]);
    timer.abort();
    return result;
  }

  private async handle(entry: string, message: string): Promise<void> {
    const { service, key, log } = this.parts;
    const answer = await answerRequest(
      {
        service,
        key,
        log,
        stream: this.stream,
        method: (pattern) => this.methods.get(pattern),
        localTimeOf: (redisMs) => this.parts.clock.localTimeOf(redisMs),
        stopping: this.graceOver.signal,
      },
      entry,
      message,
    );
    if (answer) await this.publish(answer);
  }

  private async publish({ channel, reply }: Answer): Promise<void> {
    const { redis, key, log } = this.parts;
    try {
      await redis.shared.publish(channel, signMessage(key, channel, this.encode(reply)));
    } catch (error) {
      log.warn({ err: error }, 'an answer could not be sent; its caller will time out');
    }
  }

  private encode(reply: BusReply): string {
    const { service, config } = this.parts;
    const body = JSON.stringify(reply);
    const size = Buffer.byteLength(body);
    if (size <= config.max_payload) return body;
    const message = `The answer of ${service} has ${size} bytes; at most ${config.max_payload} are allowed (bus.max_payload). Ask for less.`;
    return JSON.stringify({ id: reply.id, error: { code: 'bus.payload_too_large', message } } satisfies BusReply);
  }

  /** Entries that nobody read and nobody took back: their callers died. */
  private trim(): void {
    const oldest = Math.floor(this.parts.clock.now() - maxRequestAgeMs);
    this.parts.redis.shared.xtrim(this.stream, 'MINID', oldest).catch((error: unknown) => {
      this.parts.log.warn({ err: error }, 'old requests could not be trimmed');
    });
  }
}
