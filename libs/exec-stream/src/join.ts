import type { Duplex } from 'node:stream';

/** Two streams become one, each way closed by itself. What breaks one breaks the other; errors end here. */
export function join(one: Duplex, other: Duplex): void {
  one.pipe(other);
  other.pipe(one);
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => undefined);
    from.on('close', () => follow(from, to));
  }
}

/** After `from` has closed. Where both of its ways had ended, the pipes have said so already. */
function follow(from: Duplex, to: Duplex): void {
  if (to.destroyed || (from.readableEnded && from.writableFinished)) return;
  if (!from.readableEnded) to.destroy(new Error('the other side of the connection broke'));
  // Its last bytes still go out; nobody is left to hear an answer.
  else to.end(() => to.destroy());
}
