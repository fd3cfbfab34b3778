import type { Duplex } from 'node:stream';

import { DomainError } from '@aicode/contracts';

import { dial, type Target } from './dial.js';
import { limits } from './protocol.js';
import { unavailable } from './problem.js';
import { answerUpgrade, refuseUpgrade } from './raw-answer.js';

/**
 * Passes a client's connection through to an exec, as it is: flow control is that of the two sockets. Answers the client in every
 * case, with what the target answers.
 * @param client the socket of the `upgrade` event, whose request nobody has answered
 * @param head what came with it
 * @returns resolves when both sides are closed; rejects, after the client was answered, if there was no connection
 * @throws DomainError of the target, or executor.unavailable
 */
export async function relayExecStream(client: Duplex, head: Buffer, target: Target): Promise<void> {
  client.on('error', () => undefined);
  const giveUp = new AbortController();
  const gone = (): void => giveUp.abort(unavailable('The client left.'));
  client.once('close', gone);
  const tooLong = setTimeout(() => giveUp.abort(unavailable('The executor does not answer.')), limits.handshakeMs);
  try {
    const dialled = await dial(target, giveUp.signal);
    if ('error' in dialled) {
      refuseUpgrade(client, dialled.status, dialled.error);
      throw dialled.error;
    }
    clearTimeout(tooLong);
    answerUpgrade(client);
    if (head.length > 0) dialled.socket.write(head);
    await passThrough(client, dialled.socket);
  } catch (error) {
    if (!client.writableEnded)
      refuseUpgrade(client, 503, error instanceof DomainError ? error : unavailable('', error));
    throw error;
  } finally {
    clearTimeout(tooLong);
    client.off('close', gone);
  }
}

/** HTTP/2 does not use half a connection: when one way has ended, what is under way is flushed and all is closed. */
async function passThrough(one: Duplex, other: Duplex): Promise<void> {
  const closed = [happened(one, 'close'), happened(other, 'close')];
  one.pipe(other);
  other.pipe(one);
  await Promise.race([happened(one, 'end'), happened(other, 'end'), ...closed]);
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    // What comes from the side that has ended is under way; nobody wants what still comes for it.
    if (!from.readableEnded) from.unpipe(to).resume();
    to.end();
  }
  const tooLong = setTimeout(() => [one, other].forEach((side) => side.destroy()), limits.relayFlushMs);
  await Promise.all(closed);
  clearTimeout(tooLong);
}

function happened(side: Duplex, event: 'end' | 'close'): Promise<void> {
  if (event === 'close' && side.closed) return Promise.resolve();
  return new Promise((resolve) => side.once(event, resolve));
}
