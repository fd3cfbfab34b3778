import { once } from 'node:events';
import { connect } from 'node:net';

export interface CommandWatch {
  /** What Redis was asked so far, a line for each command, as MONITOR prints it. */
  seen(): string;
  /** Resolves when what was seen fulfils a condition. */
  until(holds: (seen: string) => boolean): Promise<void>;
  stop(): void;
}

/**
 * Every command that a Redis gets from now on. By a plain socket: ioredis' own MONITOR breaks where commands come in the same packet
 * as its confirmation ("Command queue state error").
 */
export async function watchCommands(redis: { port: number }): Promise<CommandWatch> {
  const socket = connect(redis.port, '127.0.0.1').setEncoding('utf8');
  let seen = '';
  socket.on('data', (chunk: string) => (seen += chunk));
  await once(socket, 'connect');
  socket.write('MONITOR\r\n');
  const until = async (holds: (seen: string) => boolean): Promise<void> => {
    while (!holds(seen)) await once(socket, 'data');
  };
  await until((text) => text.startsWith('+OK'));
  return { seen: () => seen, until, stop: () => void socket.destroy() };
}
