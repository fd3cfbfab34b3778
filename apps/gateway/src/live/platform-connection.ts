import { DomainError, maySeeOwnedBy, type PlatformChange } from '@aicode/contracts';

import type { OpenStream } from '../auth/open-streams.js';
import { platformFrame } from './envelope.js';
import { FramedSocket } from './framed-socket.js';
import type { LiveSocket } from './live-socket.js';
import { SendBacklog } from './send-backlog.js';

/** One socket that is told of everything its user may see, and asks for nothing. */
export class PlatformConnection {
  private readonly framed: FramedSocket;
  private readonly backlog: SendBacklog;

  constructor(
    private readonly socket: LiveSocket,
    open: OpenStream,
  ) {
    this.backlog = new SendBacklog(socket.conn);
    this.framed = new FramedSocket(socket, open, () => Promise.reject(noCommands()));
    socket.once('disconnect', () => this.backlog.stop());
  }

  changed(change: PlatformChange, ownerId: string): void {
    if (!maySeeOwnedBy(this.socket.data.principal.actor, ownerId)) return;
    this.framed.emit(platformFrame(change));
    // It loads everything anew when it comes back.
    if (this.backlog.isTooLong) this.socket.conn.close();
  }
}

function noCommands(): DomainError {
  return new DomainError(
    'request.invalid',
    'This namespace only tells. Send commands to the namespace of the workspace: /ws/<workspace id>.',
  );
}
