import { DomainError } from '@aicode/contracts';
import type { RedisOptions } from 'ioredis';

/**
 * Where a Redis is, for ioredis:
 * - `redis://[[user]:password@]host[:port][/db]`, `rediss://…` for TLS;
 * - `unix://[[user]:password@]/path/redis.sock[?db=1]`, also `unix:///path/redis.sock?password=…`.
 * User and password are percent-encoded. Throws DomainError `config.invalid`, without the URL in its text.
 */
export function redisOptions(url: string): RedisOptions {
  if (url.startsWith('unix://')) return socketOptions(url);
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !['redis:', 'rediss:'].includes(parsed.protocol)) throw badUrl();
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1',
    port: parsed.port === '' ? 6379 : Number(parsed.port),
    ...credentials(parsed.username, parsed.password),
    db: database(parsed.pathname.slice(1) || parsed.searchParams.get('db')),
    ...(parsed.protocol === 'rediss:' ? { tls: { servername: parsed.hostname } } : {}),
  };
}

function socketOptions(url: string): RedisOptions {
  const match = /^unix:\/\/(?:([^:@/?]*):([^@/?]*)@)?(\/[^?]*)(?:\?(.*))?$/.exec(url);
  const path = match?.[3];
  if (!match || path === undefined) throw badUrl();
  const query = new URLSearchParams(match[4] ?? '');
  const fromQuery = encodeURIComponent(query.get('password') ?? '');
  return {
    path: decodeURIComponent(path),
    ...credentials(match[1] ?? '', match[2] ?? fromQuery),
    db: database(query.get('db')),
  };
}

function credentials(username: string, password: string): Pick<RedisOptions, 'username' | 'password'> {
  if (password === '') return {};
  return {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    password: decodeURIComponent(password),
  };
}

function database(text: string | null): number {
  const db = Number(text ?? 0);
  if (!Number.isInteger(db) || db < 0) throw badUrl();
  return db;
}

function badUrl(): DomainError {
  return new DomainError(
    'config.invalid',
    'redis.url is not an address of a Redis. Write redis://host:6379, rediss://host:6380 or unix:///path/redis.sock.',
  );
}
