import type { Readable, Writable } from 'node:stream';

import type { ExecExit, RemoteProcess } from '@aicode/exec-stream';

import { drained } from '../terminal/drained.js';

export interface LocalStreams {
  stdin: Readable;
  stdout: Writable;
  stderr: Writable;
}

/** How long a program that was asked to end may take for it, in milliseconds. */
const graceMs = 2000;

/**
 * Joins our streams with a program's until it has ended and everything it said is written. Ctrl-C asks it to end, a second one
 * kills it, as does a reader of our output that has gone. `interrupted` says that it was us.
 */
export async function runRemote(
  remote: RemoteProcess,
  local: LocalStreams,
): Promise<{ exit: ExecExit; interrupted: boolean }> {
  let presses = 0;
  const end = (): void => {
    presses += 1;
    // That it could not be told to end is seen at its end.
    void (presses === 1 ? remote.terminate(graceMs) : remote.kill()).catch(() => undefined);
  };
  const kill = (): void => void remote.kill().catch(() => undefined);
  process.on('SIGINT', end);
  process.once('SIGTERM', kill);
  local.stdout.once('error', kill);
  // A program may close its input before we have said everything.
  remote.stdin.on('error', () => undefined);
  local.stdin.pipe(remote.stdin);
  try {
    const [exit] = await Promise.all([
      remote.exited,
      pump(remote.stdout, local.stdout),
      remote.stderr && pump(remote.stderr, local.stderr),
    ]);
    return { exit, interrupted: presses > 0 };
  } finally {
    process.off('SIGINT', end);
    process.off('SIGTERM', kill);
    local.stdout.off('error', kill);
    local.stdin.unpipe(remote.stdin);
    local.stdin.pause();
  }
}

/** No faster than the reader reads. */
async function pump(from: Readable, to: Writable): Promise<void> {
  for await (const chunk of from) {
    if (to.destroyed || to.write(chunk)) continue;
    await drained(to);
  }
}
