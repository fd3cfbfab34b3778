import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';

import type { DomainError } from '@aicode/contracts';

import { limits, upgradeProtocol } from './protocol.js';
import { errorOf, unavailable } from './problem.js';
import { readText } from './read-text.js';

export interface Target {
  url: string;
  /** The token of a ticket. Without it `headers` say who calls. */
  token?: string;
  headers?: Record<string, string>;
}

export type Dialled = { socket: Socket } | { status: number; error: DomainError };

/**
 * Asks for the upgrade. An answer that is none is given back; no answer rejects with executor.unavailable, an abort with the
 * signal's reason.
 */
export function dial(target: Target, signal: AbortSignal): Promise<Dialled> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = (/^https:/i.test(target.url) ? httpsRequest : httpRequest)(target.url, {
      agent: false,
      headers: {
        ...target.headers,
        ...(target.token === undefined ? {} : { authorization: `Bearer ${target.token}` }),
        connection: 'Upgrade',
        upgrade: upgradeProtocol,
      },
      maxHeaderSize: limits.requestHeaders,
    });
    const abort = (): void => {
      request.destroy();
      reject(reasonOf(signal));
    };
    const settle = (outcome: Dialled): void => {
      signal.removeEventListener('abort', abort);
      resolve(outcome);
    };
    signal.addEventListener('abort', abort, { once: true });
    request.on('upgrade', (response, socket, head) => {
      socket.on('error', () => undefined);
      if (response.headers.upgrade !== upgradeProtocol) {
        socket.destroy();
        return settle({ status: 502, error: unavailable('What answered is not an executor.') });
      }
      socket.setNoDelay(true);
      if (head.length > 0) socket.unshift(head);
      settle({ socket });
    });
    request.on('response', (response) => void refusal(response).then(settle, reject));
    request.on('error', (cause) => reject(unavailable('The executor cannot be reached.', cause)));
    request.end();
  });
}

async function refusal(response: IncomingMessage): Promise<Dialled> {
  const status = response.statusCode ?? 502;
  const body = await readText(response).catch(() => '');
  response.destroy();
  return { status, error: errorOf(status, body) };
}

export function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error(String(reason));
}
