import type { ClientHttp2Stream } from 'node:http2';
import { Duplex } from 'node:stream';

import { cancelled, noError } from './protocol.js';

/**
 * A carried connection as a plain stream, closed one way at a time. Not the HTTP/2 stream itself: strings that an
 * HTTP server wrote to one came out as foreign memory at the other end (Node 20.20), so only bytes are given to it.
 */
export function overStream(stream: ClientHttp2Stream): Duplex {
  const connection = new Duplex({
    read: () => void stream.resume(),
    write: (chunk: Buffer, _encoding, done) => void stream.write(chunk, done),
    final: (done) => void stream.end(done),
    destroy: (error, done) => {
      if (!stream.closed) stream.close(stream.readableEnded && stream.writableFinished ? noError : cancelled);
      done(error);
    },
  });
  // One that breaks is the business of those who use it; nobody has to listen.
  connection.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    if (!connection.push(chunk)) stream.pause();
  });
  // Flows only when somebody reads.
  stream.pause();
  stream.once('end', () => {
    if (!broken(stream)) connection.push(null);
  });
  stream.once('close', () => {
    if (broken(stream) || !stream.readableEnded) connection.destroy(new Error('The connection broke.'));
  });
  return connection;
}

const broken = (stream: ClientHttp2Stream): boolean => stream.aborted || (stream.rstCode ?? noError) !== noError;
