import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';

import { EgressRefusal, shown } from './egress-refusal.js';

/** Of one connection only (RFC 9110, 7.6.1), beside those that `Connection` names. */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
];

export interface Forwarded {
  host: string;
  path: string;
  /** To the host; used for this request alone. */
  connection: Socket;
  idleMs: number;
}

/** Sends a plain request on and streams its answer back. @throws EgressRefusal while nothing is answered yet */
export async function forwardRequest(
  incoming: IncomingMessage,
  response: ServerResponse,
  { host, path, connection, idleMs }: Forwarded,
): Promise<void> {
  connection.setTimeout(idleMs, () => connection.destroy());
  // Not the response: one that waits for its turn does not hear of it.
  incoming.socket.once('close', () => connection.destroy());
  const upstream = httpRequest({
    createConnection: () => connection,
    method: incoming.method,
    path,
    setHost: false,
    headers: requestHeaders(incoming),
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once('response', resolve).once('error', reject);
    upstream.once('close', () => reject(new Error('closed')));
  });
  // An answer may come before all of the request is sent.
  const sent = pipeline(incoming, upstream).then(() => answered);
  try {
    const answer = await Promise.race([answered, sent]);
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer));
    await pipeline(answer, response);
  } catch {
    if (response.headersSent) response.destroy();
    else throw new EgressRefusal(502, `${shown(host)} did not answer as a web server does.`);
  } finally {
    sent.catch(() => undefined);
    answered.catch(() => undefined);
  }
}

function requestHeaders(incoming: IncomingMessage): string[] {
  const headers = [...endToEnd(incoming), 'Connection', 'close'];
  // Said, or a body of a method that usually has none would follow without its length: another request in the host's eyes.
  return incoming.headers['transfer-encoding'] === undefined ? headers : [...headers, 'Transfer-Encoding', 'chunked'];
}

/** Name and value in turns, as they came. */
function endToEnd({ rawHeaders, headers }: IncomingMessage): string[] {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  // Framing and the host are never a connection's own affair, whatever a client says.
  const dropped = new Set([...hopByHop, ...named.filter((name) => name !== 'content-length' && name !== 'host')]);
  return rawHeaders.filter((_, index) => !dropped.has((rawHeaders[index - (index % 2)] ?? '').toLowerCase()));
}
