import { isNativeError } from 'node:util/types';

import { DomainError } from '@aicode/contracts';
import { Redis, type RedisOptions } from 'ioredis';

import type { Logger } from '../log/logger.js';
import { redisOptions } from './redis-url.js';

const connectTimeoutMs = 5000;
/** The bus asks and is answered within a second, also by its BLOCK: who says nothing for so long hangs, or the wire is cut. */
const busSilenceMs = 5000;
const quitTimeoutMs = 2000;
/** ioredis keeps the process alive for so long after it has left a Redis that is not there any more. */
const disconnectTimeoutMs = 500;

/** From 50 ms doubling up to a second, forever: Redis comes back sooner or later. */
function retryDelay(attempt: number): number {
  return Math.min(50 * 2 ** Math.min(attempt - 1, 10), 1000);
}

/**
 * What a connection is for:
 * - `shared`: any command that does not block; while Redis is away it waits for a few reconnects (about 2 s), then fails;
 * - `blocking`: commands wait for Redis as long as it takes, as BullMQ's workers need it;
 * - `sender`: a command is sent once or not at all. ioredis would send it again after a reconnect, and one request
 *   would become two (protocols.md, The bus, rule 1).
 */
export type ConnectionUse = 'shared' | 'blocking' | 'sender';

const optionsByUse: Record<ConnectionUse, RedisOptions> = {
  shared: { maxRetriesPerRequest: 5 },
  blocking: { maxRetriesPerRequest: null },
  sender: {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResubscribe: false,
    socketTimeout: busSilenceMs,
  },
};

/** The connections of one service. All reconnect forever, and are closed with the service. */
export class RedisConnections {
  /** For commands that do not block. */
  readonly shared: Redis;
  /** For who must make its own connection. */
  readonly options: RedisOptions;
  private readonly opened = new Set<Redis>();

  constructor(
    url: string,
    private readonly log: Logger,
  ) {
    this.options = {
      ...redisOptions(url),
      connectTimeout: connectTimeoutMs,
      disconnectTimeout: disconnectTimeoutMs,
      retryStrategy: retryDelay,
    };
    this.shared = this.open();
  }

  /** A connection of its own: for subscriptions, or with `blocking` for commands that block. Closed with the service. */
  open(options: { blocking?: boolean } = {}): Redis {
    return this.connect(options.blocking ? 'blocking' : 'shared');
  }

  /** A connection that never sends a command twice and refuses at once while Redis is away. */
  openSender(): Redis {
    return this.connect('sender');
  }

  /** Waits until Redis answers. DomainError `platform.start_failed` says why it does not. */
  async ready(timeoutMs: number): Promise<void> {
    try {
      await whenReady(this.shared, { timeoutMs });
    } catch (error) {
      const reason = (isNativeError(error) ? error.message : String(error)).replace(/\.$/, '');
      throw new DomainError(
        'platform.start_failed',
        `Redis at ${describeAddress(this.options)} cannot be used: ${reason}. Check redis.url, its password, and that Redis runs.`,
      );
    }
  }

  /** Closes one connection before the others. */
  async release(connection: Redis): Promise<void> {
    this.opened.delete(connection);
    await closeConnection(connection);
  }

  async close(): Promise<void> {
    await Promise.all([...this.opened].map((connection) => this.release(connection)));
  }

  private connect(use: ConnectionUse): Redis {
    const connection = new Redis({ ...this.options, ...optionsByUse[use] });
    tellOutages(connection, use, this.log);
    this.opened.add(connection);
    return connection;
  }
}

/** One line when Redis goes away and one when it is back, however many attempts lie between. */
function tellOutages(connection: Redis, use: ConnectionUse, log: Logger): void {
  let away = false;
  connection.on('error', (error: Error) => {
    if (away) return;
    away = true;
    log.warn({ err: error, connection: use }, 'Redis does not answer; connecting again until it does');
  });
  connection.on('ready', () => {
    if (away) log.info({ connection: use }, 'Redis answers again');
    away = false;
  });
}

/** Waits for a connection to be usable. Rejects with the connection's last error, on the timeout, or with the signal's reason. */
export async function whenReady(
  connection: Redis,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<void> {
  if (connection.status === 'ready') return;
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    let lastError: Error | undefined;
    const settle = (error?: Error) => {
      clearTimeout(timer);
      connection.off('ready', onReady);
      connection.off('error', onError);
      connection.off('end', onEnd);
      signal?.removeEventListener('abort', onAbort);
      if (error) reject(error);
      else resolve();
    };
    const onReady = () => settle();
    const onError = (error: Error) => {
      lastError = error;
      // Nothing will change by itself about a wrong password.
      if (/WRONGPASS|NOAUTH|NOPERM/.test(error.message)) settle(error);
    };
    const onEnd = () => settle(lastError ?? new Error('the connection is closed'));
    const onAbort = () => settle(isNativeError(signal?.reason) ? signal.reason : new Error('given up'));
    const timer = setTimeout(() => settle(lastError ?? new Error('no answer in time')), timeoutMs);
    connection.on('ready', onReady);
    connection.on('error', onError);
    connection.on('end', onEnd);
    signal?.addEventListener('abort', onAbort);
  });
}

async function closeConnection(connection: Redis): Promise<void> {
  if (connection.status === 'end') return;
  if (connection.status === 'ready') {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, quitTimeoutMs);
    });
    await Promise.race([connection.quit().catch(() => undefined), patience]);
    clearTimeout(timer);
  }
  connection.disconnect();
}

function describeAddress(options: RedisOptions): string {
  return options.path ?? `${options.host ?? 'localhost'}:${options.port ?? 6379}`;
}
