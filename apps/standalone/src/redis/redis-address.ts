import { createServer } from 'node:net';
import { once } from 'node:events';
import type { RedisOptions } from 'ioredis';
import { z } from 'zod';

/** Where the private Redis listens: a unix socket where its path fits, else a port of the loopback. */
export const RedisAddress = z.union([z.object({ socket: z.string() }), z.object({ port: z.int() })]);
export type RedisAddress = z.infer<typeof RedisAddress>;

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, its closing NUL among them. */
const longestSocketPath = 103;

export async function chooseAddress(socket: string): Promise<RedisAddress> {
  if (Buffer.byteLength(socket) <= longestSocketPath) return { socket };
  return { port: await freePort() };
}

export function redisUrl(address: RedisAddress, password: string): string {
  return 'socket' in address
    ? `unix://:${encodeURIComponent(password)}@${address.socket.split('/').map(encodeURIComponent).join('/')}`
    : `redis://:${encodeURIComponent(password)}@127.0.0.1:${address.port}`;
}

export function connectOptions(address: RedisAddress, password: string): RedisOptions {
  return 'socket' in address ? { path: address.socket, password } : { host: '127.0.0.1', port: address.port, password };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return address.port;
}
