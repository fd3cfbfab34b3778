import { connect, isIPv6, type Socket } from 'node:net';

import { EgressRefusal, shown } from './egress-refusal.js';
import type { Target } from './request-target.js';

/** Starts a connection to one of the addresses, and to no other. */
export type Dial = (target: Target, addresses: string[]) => Socket;

/** One address after the other, without asking for the name again: its second answer could be another. */
export const dialPinned: Dial = ({ host, port }, addresses) =>
  connect({
    host,
    port,
    allowHalfOpen: true,
    autoSelectFamily: true,
    lookup: (_host, _options, done) =>
      done(
        null,
        addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 })),
      ),
  });

/** Resolves when the connection stands. @throws EgressRefusal 502, 504 */
export function connected(socket: Socket, host: string, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      fail(new EgressRefusal(504, `${shown(host)} did not answer within ${timeoutMs / 1000} s.`));
    }, timeoutMs);
    const failed = (): void => fail(new EgressRefusal(502, `${shown(host)} could not be reached.`));
    const fail = (refusal: EgressRefusal): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(refusal);
    };
    // Stays: a socket that breaks later must not end the process.
    socket.on('error', failed);
    socket.once('close', failed);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('close', failed);
      resolve(socket);
    });
  });
}
