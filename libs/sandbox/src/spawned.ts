import { EventEmitter } from 'node:events';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream';
import type { ExecProcess } from './exec.js';

type OnExit = (code: number | null, signal: NodeJS.Signals | null) => void;
type OnError = (error: Error) => void;

interface Subscribe {
  (event: 'exit', listener: OnExit): void;
  (event: 'error', listener: OnError): void;
}

/** The shape of the Agent SDK's `SpawnedProcess`, and stderr, which somebody must read. */
export interface SpawnedProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly killed: boolean;
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
  /** SIGKILL ends the whole sandbox at once; any other signal asks the program first and waits `graceMs`. */
  kill(signal: NodeJS.Signals): boolean;
  on: Subscribe;
  once: Subscribe;
  off: Subscribe;
}

/**
 * The SDK's `spawnClaudeCodeProcess` must answer at once, an executor opens in its own time: what is written meanwhile
 * waits, and a kill before the opening holds.
 */
export function asSpawnedProcess(opening: Promise<ExecProcess>, graceMs = 5_000): SpawnedProcess {
  const events = new EventEmitter();
  // An 'error' that nobody listens to would end the platform.
  events.on('error', () => undefined);
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const state: { killed: boolean; exitCode: number | null; signalCode: NodeJS.Signals | null } = {
    killed: false,
    exitCode: null,
    signalCode: null,
  };
  const quiet = (): void => undefined;

  const connect = (running: ExecProcess): void => {
    pipeline(streams.stdin, running.stdin, quiet);
    pipeline(running.stdout, streams.stdout, quiet);
    pipeline(running.stderr, streams.stderr, quiet);
    void running.exited.then(({ code, signal }) => {
      state.exitCode = code;
      state.signalCode = signal;
      events.emit('exit', code, signal);
    });
  };
  opening.then(connect, (error: unknown) => {
    streams.stdin.destroy();
    streams.stdout.end();
    streams.stderr.end();
    events.emit('error', error instanceof Error ? error : new Error(String(error)));
  });

  return {
    ...streams,
    get killed() {
      return state.killed;
    },
    get exitCode() {
      return state.exitCode;
    },
    get signalCode() {
      return state.signalCode;
    },
    kill: (signal) => {
      if (state.exitCode !== null || state.signalCode !== null) return false;
      state.killed = true;
      opening.then((running) => (signal === 'SIGKILL' ? running.kill() : running.terminate(graceMs))).catch(quiet);
      return true;
    },
    on: (event: 'exit' | 'error', listener: OnExit | OnError) => void events.on(event, listener),
    once: (event: 'exit' | 'error', listener: OnExit | OnError) => void events.once(event, listener),
    off: (event: 'exit' | 'error', listener: OnExit | OnError) => void events.off(event, listener),
  };
}
