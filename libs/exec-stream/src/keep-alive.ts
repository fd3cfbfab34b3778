import type { Http2Session } from 'node:http2';
import type { Socket } from 'node:net';

const quarters = 4;

/**
 * Pings, and calls `onLost` once when nothing has arrived for `lostAfterMs`. Any byte is a sign of life: on a slow line the answer
 * to a ping may queue behind much output. Counts silent quarters instead of reading a clock, since after a halt of this very
 * process the first look finds what had arrived meanwhile unread.
 */
export function keepAlive(session: Http2Session, socket: Socket, lostAfterMs: number, onLost: () => void): void {
  let seen = 0;
  let silent = 0;
  let asked = false;
  const timer = setInterval(() => {
    silent = socket.bytesRead === seen ? silent + 1 : 0;
    seen = socket.bytesRead;
    if (silent >= quarters - 1) {
      clearInterval(timer);
      onLost();
    } else if (!asked && !session.destroyed) {
      asked = true;
      session.ping(() => (asked = false));
    }
  }, lostAfterMs / quarters);
  session.once('close', () => clearInterval(timer));
}
