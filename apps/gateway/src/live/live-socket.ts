import type { CommandAck, Envelope } from '@aicode/contracts';
import type { Server, Socket } from 'socket.io';

import type { Principal } from '../auth/principal.js';

interface ClientEvents {
  frame: (frame: unknown, acknowledge?: (answer: CommandAck) => void) => void;
}

interface ServerEvents {
  frame: (frame: Envelope) => void;
}

type NoEvents = Record<string, never>;

/** What a socket knows from the moment that it was let in. */
export interface SocketData {
  principal: Principal;
  /** Null in the namespace of the whole platform. */
  workspaceId: string | null;
}

export type LiveSocket = Socket<ClientEvents, ServerEvents, NoEvents, SocketData>;
export type LiveIo = Server<ClientEvents, ServerEvents, NoEvents, SocketData>;
