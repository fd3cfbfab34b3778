import type { Socket } from 'node:net';

/** A program that closes its side has mostly gone altogether, which a unix socket does not tell. */
const longestHalfClosedMs = 60_000;

/**
 * Both ways, each with its own end (half-close); a connection that breaks takes the other with it, and so does one on which
 * nothing passes for `idleMs`.
 */
export function joinSockets(one: Socket, other: Socket, idleMs: number): void {
  const pairs = [
    [one, other],
    [other, one],
  ] as const;
  if (one.destroyed || other.destroyed) pairs.forEach(([socket]) => socket.destroy());
  for (const [from, to] of pairs) {
    from.setTimeout(idleMs, () => from.destroy());
    from.once('end', () => pairs.forEach(([socket]) => socket.setTimeout(Math.min(idleMs, longestHalfClosedMs))));
    from.once('error', () => to.destroy());
    // Closed in good order: what it said last is still on its way.
    from.once('close', () => (from.readableEnded ? to.destroySoon() : to.destroy()));
    from.pipe(to);
  }
}
