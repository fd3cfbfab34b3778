import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders, IncomingHttpStatusHeader } from 'node:http2';

import { cancelled } from './protocol.js';
import { errorOf, unavailable } from './problem.js';
import { readText } from './read-text.js';

interface Opened {
  stream: ClientHttp2Stream;
  headers: IncomingHttpHeaders & IncomingHttpStatusHeader;
}

type Method = 'GET' | 'POST';

/** Resolves when the server has said yes. @throws DomainError of the server, or executor.unavailable */
export async function openStream(
  session: ClientHttp2Session,
  method: Method,
  path: string,
  endStream = false,
): Promise<Opened> {
  const stream = ask(session, method, path, endStream);
  const headers = await answer(stream);
  const status = headers[':status'] ?? 0;
  if (status === 200) return { stream, headers };
  const body = await readText(stream).catch(() => '');
  stream.close(cancelled);
  throw errorOf(status, body);
}

/** A request without a body, and the JSON of its answer. Without an answer in time the session goes. */
export async function call(
  session: ClientHttp2Session,
  method: Method,
  path: string,
  timeoutMs?: number,
): Promise<unknown> {
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => session.destroy(undefined, cancelled), timeoutMs);
  try {
    const { stream } = await openStream(session, method, path, true);
    return JSON.parse(await readText(stream));
  } finally {
    clearTimeout(timer);
  }
}

function ask(session: ClientHttp2Session, method: Method, path: string, endStream: boolean): ClientHttp2Stream {
  if (session.destroyed || session.closed) throw brokenOff();
  const stream = session.request({ ':method': method, ':path': path }, { endStream });
  stream.on('error', () => undefined);
  return stream;
}

function answer(stream: ClientHttp2Stream): Promise<Opened['headers']> {
  return new Promise((resolve, reject) => {
    stream.once('response', resolve);
    stream.once('close', () => reject(brokenOff()));
  });
}

const brokenOff = (): Error => unavailable('The connection to the executor broke off.');
