import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';

import type { Carry } from '@aicode/exec-stream';

import { socketsInside } from './container-spec.js';

/** Of one program, over all of its sockets. */
const maxConnections = 64;

export interface RoomSockets {
  /** Name of the environment variable → path inside. */
  env: Record<string, string>;
  /** Ends all connections and takes the sockets away. */
  close(): Promise<void>;
}

/**
 * Unix sockets in a room's directory; a connection to one goes to `carry` with the name of its variable.
 * Whoever runs inside may connect: the directory is seen by this room alone, and on the host by us.
 */
export async function listenInRoom(directory: string, names: string[], carry: Carry): Promise<RoomSockets> {
  const open = new Set<Socket>();
  const listening: { server: Server; path: string }[] = [];
  const env: Record<string, string> = {};
  const close = async (): Promise<void> => {
    for (const { server } of listening) server.close();
    for (const connection of open) connection.destroy();
    await Promise.all(listening.map(({ path }) => rm(path, { force: true }).catch(() => undefined)));
  };
  try {
    for (const [index, name] of names.entries()) {
      const file = socketFile(index);
      const path = join(directory, file);
      // A half-closed connection stays: a program may say all it has and then wait for the answer.
      const server = createServer({ allowHalfOpen: true }, (connection) => {
        connection.on('error', () => undefined);
        if (open.size >= maxConnections) return void connection.destroy();
        open.add(connection);
        connection.once('close', () => open.delete(connection));
        carry(name, connection);
      });
      listening.push({ server, path });
      await listenAt(server, path);
      env[name] = `${socketsInside}/${file}`;
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { env, close };
}

/** Short: a socket's path has 107 bytes at most. */
const socketFile = (index: number): string => `s${index}`;

/** Under a new name first: it is there only when it answers, and one left by a killed process is replaced. */
async function listenAt(server: Server, path: string): Promise<void> {
  const fresh = `${path}+`;
  await rm(fresh, { force: true });
  server.listen(fresh);
  await once(server, 'listening');
  await chmod(fresh, 0o666);
  await rename(fresh, path);
}

/** The room's directory, which is mounted at /run/aicli: others on the host can't reach it, those inside can pass it. */
export async function makeRoomDirectory(rooms: string, directory: string): Promise<void> {
  await mkdir(rooms, { recursive: true, mode: 0o700 });
  await mkdir(directory, { recursive: true, mode: 0o711 });
  await chmod(directory, 0o711);
}

/** Name of a room's directory: the last digits of the id are its random ones. */
export function roomDirectory(rooms: string, workspaceId: string, room: number): string {
  return join(rooms, `${workspaceId.slice(-12)}-${room}`);
}

/** `sun_path` holds 108 bytes on Linux, its closing NUL among them. */
export const longestSocketPath = 107;

/** Whether sockets below this directory can be listened at. */
export function socketsFit(rooms: string): boolean {
  const longest = `${join(roomDirectory(rooms, 'x'.repeat(29), 99), 'egress')}+`;
  return Buffer.byteLength(longest) <= longestSocketPath;
}
