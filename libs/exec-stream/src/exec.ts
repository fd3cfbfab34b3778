import { constants } from 'node:os';
import type { Duplex, Readable, Writable } from 'node:stream';

import { z } from 'zod';

const SignalName = z.custom<NodeJS.Signals>((value) => typeof value === 'string' && value in constants.signals);

/** How a program ended. With `engine_lost` nobody knows: code and signal are null. */
export const ExecExit = z.object({
  code: z.int().nullable(),
  signal: SignalName.nullable(),
  /** Why, when it was not the program's own end. */
  reason: z.enum(['oom', 'engine_lost', 'disk_full']).nullable(),
});
export type ExecExit = z.infer<typeof ExecExit>;

/** What both ends see of a running program. */
interface RunningProcess {
  readonly stdin: Writable;
  /** A reader that stops, stops the program, and nothing else. */
  readonly stdout: Readable;
  /** null with a terminal. */
  readonly stderr: Readable | null;
  readonly pid: number;
  /** Resolves, never rejects, when the program and all that it started are gone. */
  readonly exited: Promise<ExecExit>;
  /** SIGKILL to everything; resolves when all is gone. May be called again, and after the end. */
  kill(): Promise<void>;
  /** SIGTERM to the program, and after `graceMs` milliseconds what `kill` does. */
  terminate(graceMs: number): Promise<void>;
}

/** What the serving side runs. */
export interface ServedProcess extends RunningProcess {
  /** Only of a terminal. */
  resize?(columns: number, rows: number): Promise<void>;
}

/** Takes a connection that a program made to the unix socket of that name. Made with `allowHalfOpen` it can be closed one way. */
export type Carry = (socket: string, connection: Duplex) => void;

export interface ServedExec {
  /** Called once at most. May reject with a DomainError, which the other end gets. */
  start(carry: Carry): Promise<ServedProcess>;
}

/**
 * The same program, seen from the other end. The streams end without an error when the connection is lost; `exited` then says
 * `engine_lost`. It resolves after all output has arrived; output that nobody reads holds it back no longer than
 * `limits.stalledOutputMs`, and can still be read after.
 */
export interface RemoteProcess extends RunningProcess {
  /** Rejects with `request.invalid` where the program has no terminal. */
  resize(columns: number, rows: number): Promise<void>;
}
