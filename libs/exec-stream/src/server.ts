import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { DomainError } from '@aicode/contracts';

import type { ServedExec } from './exec.js';
import { execPath, limits, upgradeProtocol } from './protocol.js';
import { answerUpgrade, refuseUpgrade } from './raw-answer.js';
import { ServedSession, type SessionOptions } from './served-session.js';
import { Tickets } from './tickets.js';

export interface ExecStreamServerOptions extends Partial<SessionOptions> {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Where others reach this server (`http://host:port`), if not at the address that it listens at. */
  publicUrl?: string;
  /** How long a ticket may wait to be used. */
  ticketMs: number;
}

export interface IssuedTicket {
  id: string;
  /** A secret: good for one connection. */
  token: string;
  url: string;
}

/** Serves programs to whoever holds a ticket. */
export class ExecStreamServer {
  readonly address: AddressInfo;
  private readonly tickets: Tickets;
  private readonly sessions = new Set<ServedSession>();
  private readonly session: SessionOptions;

  private constructor(
    private readonly http: Server,
    private readonly options: ExecStreamServerOptions,
  ) {
    this.address = addressOf(http);
    this.tickets = new Tickets(options.ticketMs);
    this.session = {
      handshakeMs: options.handshakeMs ?? limits.handshakeMs,
      lostAfterMs: options.lostAfterMs ?? limits.lostAfterMs,
      lingerMs: options.lingerMs ?? limits.lingerMs,
      onError: options.onError ?? ((): void => undefined),
    };
    http.on('upgrade', (request, socket) => this.upgrade(request, socket));
    http.on('request', (_request, response) => {
      response.writeHead(404, { connection: 'close' }).end();
    });
  }

  static async listen(options: ExecStreamServerOptions): Promise<ExecStreamServer> {
    const handshakeMs = options.handshakeMs ?? limits.handshakeMs;
    const http = createServer({
      headersTimeout: handshakeMs,
      requestTimeout: handshakeMs,
      connectionsCheckingInterval: Math.min(handshakeMs, 1_000),
      maxHeaderSize: limits.requestHeaders,
      noDelay: true,
    });
    http.maxConnections = limits.connections;
    http.listen(options.port, options.host);
    await once(http, 'listening');
    return new ExecStreamServer(http, options);
  }

  /** Of `exec.start` and `onUnused` exactly one is called, and once. */
  issue(exec: ServedExec, onUnused: () => void): IssuedTicket {
    const { id, token } = this.tickets.issue({ exec, onUnused });
    const { address, family, port } = this.address;
    const base = this.options.publicUrl ?? `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    return { id, token, url: `${base.replace(/\/$/, '')}${execPath}${id}` };
  }

  /** Kills what runs and waits until it is gone, at most `limits.closeMs`. The other ends see a lost engine. */
  async close(): Promise<void> {
    this.tickets.close();
    const closed = once(this.http, 'close');
    this.http.close();
    this.http.closeAllConnections();
    for (const session of this.sessions) session.drop();
    const giveUp = new AbortController();
    const all = Promise.all([closed, ...[...this.sessions].map(({ ended }) => ended)]);
    const late = delay(limits.closeMs, 'late' as const, { signal: giveUp.signal }).catch(() => undefined);
    if ((await Promise.race([all, late])) === 'late') {
      this.session.onError(new Error(`${this.sessions.size} programs are not gone`), 'closing the exec streams');
    }
    giveUp.abort();
  }

  private upgrade(request: IncomingMessage, socket: Duplex): void {
    socket.on('error', () => undefined);
    const path = request.url ?? '';
    if (!(socket instanceof Socket) || !path.startsWith(execPath) || request.headers.upgrade !== upgradeProtocol) {
      return refuseUpgrade(
        socket,
        404,
        new DomainError('request.not_found', 'There is nothing here but exec streams.'),
      );
    }
    const token = /^Bearer ([\w-]{1,128})$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const ticket = this.tickets.take(path.slice(execPath.length), token);
    if (!ticket) return refuseUpgrade(socket, 401, notValid());
    answerUpgrade(socket);
    const session = new ServedSession(socket, ticket, this.session);
    this.sessions.add(session);
    session.ended
      .catch((error: unknown) => this.session.onError(error, 'ending an exec stream'))
      .finally(() => this.sessions.delete(session));
  }
}

/** Not an `auth.*` code: a client of the gateway would take it for its own session's end. */
function notValid(): DomainError {
  return new DomainError(
    'executor.refused',
    'The ticket of this exec is wrong, was used already, or came too late. Ask for a new one.',
  );
}

function addressOf(http: Server): AddressInfo {
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('An exec stream server listens at a TCP port.');
  return address;
}
