import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

import { toWireError, type DomainError } from '@aicode/contracts';

import { upgradeProtocol } from './protocol.js';

/** Answers an upgrade request: from here on the socket speaks HTTP/2. */
export function answerUpgrade(socket: Duplex): void {
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${upgradeProtocol}\r\n\r\n`);
}

/** Answers an upgrade request with an error and closes. */
export function refuseUpgrade(socket: Duplex, status: number, error: DomainError): void {
  const body = Buffer.from(JSON.stringify(toWireError(error)));
  socket.write(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\nConnection: close\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  socket.end(body, () => socket.destroy());
}
