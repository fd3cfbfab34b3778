import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import type { ExecExit, ExecProcess } from './exec.js';

/** How an executor ends what it started. */
export interface Ends {
  /** SIGKILL to everything; may be called at any time. */
  killTree(): void;
  /** SIGTERM to the program alone. */
  askToEnd(): void;
  /** Resolves when, after the child's own end, nothing of it is left. */
  settled(): Promise<void>;
}

/** What a child gives, caught from its first moment. */
export interface Held {
  stdout: Readable;
  stderr: Readable;
  /** How the child ended. What it started may live on. */
  ended: Promise<ExecExit>;
}

/**
 * To be called as soon as the child is made, before anything is awaited: it may exit before we hear of its start, and Node
 * throws away what a child left unread in its pipes when it exits.
 */
export function hold(child: ChildProcess): Held {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('the child has no pipes');
  const ended = new Promise<ExecExit>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ? { code: null, signal } : readCode(code ?? 0)));
  });
  const held = { stdout: new PassThrough(), stderr: new PassThrough(), ended };
  // A reader that goes away closes the pipe, as it should.
  pipeline(stdout, held.stdout, () => undefined);
  pipeline(stderr, held.stderr, () => undefined);
  return held;
}

/** Turns a child process into an exec stream. */
export function supervise(
  child: ChildProcess,
  { ended, ...output }: Held,
  ends: Ends,
  signal?: AbortSignal,
): ExecProcess {
  const { stdin, pid } = child;
  if (!stdin || pid === undefined) throw new Error('the child has no pipes');
  // A program that ends while it is written to is told by `exited`; the writer's own callback gets the EPIPE.
  stdin.on('error', () => undefined);

  let over = false;
  const exited = ended.then(async (exit) => {
    // Whatever cannot be cleared away here is no reason to keep those waiting who wait for the end.
    await ends.settled().catch(() => undefined);
    over = true;
    signal?.removeEventListener('abort', onAbort);
    return exit;
  });
  const kill = async (): Promise<void> => {
    if (!over) ends.killTree();
    await exited;
  };
  const onAbort = (): void => void kill();
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });

  const terminate = async (graceMs: number): Promise<void> => {
    if (!over) ends.askToEnd();
    if (!(await endsWithin(exited, graceMs))) await kill();
  };
  return { ...output, stdin, pid, exited, kill, terminate };
}

async function endsWithin(exited: Promise<ExecExit>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const inTime = await Promise.race([exited.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}

/** bubblewrap's init says 128 + n for a program that died by signal n. */
export function readCode(code: number): ExecExit {
  const name = Object.keys(constants.signals)
    .filter(isSignal)
    .find((signal) => constants.signals[signal] === code - 128);
  return name === undefined ? { code, signal: null } : { code: null, signal: name };
}

function isSignal(name: string): name is NodeJS.Signals {
  return name in constants.signals;
}
