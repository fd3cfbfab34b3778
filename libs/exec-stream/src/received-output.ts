import type { ClientHttp2Stream } from 'node:http2';
import { Readable } from 'node:stream';

import { noError } from './protocol.js';

/** A program's output at the receiving end. */
export interface ReceivedOutput {
  readable: Readable;
  /** Resolves when all is here (true), or the stream broke off (false). */
  complete: Promise<boolean>;
  /** Whether more could come, and for how long (ms) nobody has read what is here. */
  stalledFor(): number;
}

/**
 * Outlives the session: what is here can be read after the socket is closed. Ends without an error even if it breaks off.
 * One that is destroyed discards what comes, as a program would not expect that nobody takes its output.
 */
export function receivedOutput(source: ClientHttp2Stream): ReceivedOutput {
  let stalledSince: number | undefined;
  const flow = (): void => {
    stalledSince = undefined;
    source.resume();
  };
  const readable = new Readable({
    highWaterMark: 65_536,
    read: flow,
    destroy: (error, done) => {
      flow();
      done(error);
    },
  });
  readable.on('error', () => undefined);
  source.on('data', (chunk: Buffer) => {
    if (readable.destroyed || readable.push(chunk)) return;
    source.pause();
    stalledSince = performance.now();
  });
  const complete = new Promise<boolean>((resolve) => {
    source.once('end', () => resolve(!source.aborted && (source.rstCode ?? noError) === noError));
    source.once('close', () => resolve(false));
  });
  void complete.then(() => {
    stalledSince = undefined;
    if (!readable.destroyed) readable.push(null);
  });
  return {
    readable,
    complete,
    stalledFor: () => (stalledSince === undefined ? 0 : performance.now() - stalledSince),
  };
}
