import type { RedisAddress } from './redis-address.js';

export interface RedisConfig {
  address: RedisAddress;
  password: string;
  dir: string;
  pidFile: string;
  log: string;
}

/**
 * The server's configuration. Every write is in the append-only file before its answer (`appendfsync everysec`: a kill -9 of
 * Redis loses nothing, a loss of power at most a second), and a full memory refuses writes instead of dropping queue and logs.
 */
export function renderRedisConfig(config: RedisConfig): string {
  const { address } = config;
  const listen =
    'socket' in address
      ? ['port 0', `unixsocket ${quote(address.socket)}`, 'unixsocketperm 600']
      : ['bind 127.0.0.1', `port ${address.port}`];
  return [
    '# Written by AICode Manager at each start; changes here are lost.',
    ...listen,
    'protected-mode yes',
    `requirepass ${quote(config.password)}`,
    `dir ${quote(config.dir)}`,
    `pidfile ${quote(config.pidFile)}`,
    `logfile ${quote(config.log)}`,
    'loglevel notice',
    'daemonize no',
    'appendonly yes',
    'appendfsync everysec',
    'aof-load-truncated yes',
    'save ""',
    'maxmemory-policy noeviction',
    'stop-writes-on-bgsave-error no',
    '',
  ].join('\n');
}

/** A quoted argument of redis.conf: \xHH for whatever could end it. */
function quote(value: string): string {
  const escaped = [...Buffer.from(value)].map((byte) =>
    byte < 0x20 || byte === 0x22 || byte === 0x5c || byte >= 0x7f
      ? `\\x${byte.toString(16).padStart(2, '0')}`
      : String.fromCharCode(byte),
  );
  return `"${escaped.join('')}"`;
}
