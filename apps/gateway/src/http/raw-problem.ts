import type { Duplex } from 'node:stream';

import type { Problem } from '@aicode/contracts';

import { requestIdHeader } from './request-id.js';

/** Answers on a bare connection, where express is not or no longer, and closes it. */
export function sendProblem(socket: Duplex, problem: Problem): void {
  if (!socket.writable) return void socket.destroy();
  const body = Buffer.from(JSON.stringify(problem));
  const headers = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${body.length}`,
    `${requestIdHeader}: ${problem.request_id}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  socket.write(`${headers.join('\r\n')}\r\n\r\n`);
  socket.end(body, () => socket.destroy());
}
