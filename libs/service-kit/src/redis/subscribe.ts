import type { Redis } from 'ioredis';

/**
 * Subscribes, and resolves when Redis has confirmed it. ioredis lets a SUBSCRIBE overtake its own ready check, which Redis
 * then refuses: so this one waits while a connection is made. After a reconnect ioredis subscribes again by itself.
 */
export async function subscribeTo(connection: Redis, channel: string): Promise<void> {
  while (connection.status === 'connect') await checked(connection);
  await connection.subscribe(channel);
}

/** Resolves when the ready check is over, or the connection broke before it was. */
async function checked(connection: Redis): Promise<void> {
  await new Promise<void>((resolve) => {
    const settle = () => {
      connection.off('ready', settle);
      connection.off('close', settle);
      resolve();
    };
    connection.on('ready', settle);
    connection.on('close', settle);
  });
}
