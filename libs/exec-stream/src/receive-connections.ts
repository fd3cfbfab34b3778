import type { ClientHttp2Session } from 'node:http2';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';

import { overStream } from './over-stream.js';
import { Offer } from './carried-connections.js';
import { cancelled } from './protocol.js';

/** Takes the connections that programs make to carried sockets and hands them out. */
export function receiveConnections(
  session: ClientHttp2Session,
  sockets: Record<string, (connection: Duplex) => void>,
): void {
  const offers = session.request({ ':method': 'GET', ':path': '/connections' }, { endStream: true });
  offers.on('error', () => undefined);
  const lines = createInterface({ input: offers });
  lines.on('line', (line) => {
    const offer = Offer.safeParse(parsed(line));
    if (offer.success && !session.destroyed) take(session, offer.data, sockets);
  });
}

function take(
  session: ClientHttp2Session,
  { id, socket }: Offer,
  sockets: Parameters<typeof receiveConnections>[1],
): void {
  const stream = session.request({ ':method': 'POST', ':path': `/connections/${id}` });
  stream.on('error', () => undefined);
  const handle = Object.hasOwn(sockets, socket) ? sockets[socket] : undefined;
  if (!handle) return stream.close(cancelled);
  stream.once('response', (headers) => {
    if (headers[':status'] !== 200) stream.close(cancelled);
  });
  handle(overStream(stream));
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
