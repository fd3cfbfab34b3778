import type { Duplex, Readable, Writable } from 'node:stream';

import type { ContainerOwner } from '@aicode/contracts';

/** Where things stand inside a sandbox, whatever executor made it. */
export const inside = {
  project: '/workspace',
  state: '/aicli',
  /** Unix sockets that lead out to the platform. */
  sockets: '/run/aicli',
  home: '/home/agent',
  /** The platform's own Node, where the machine keeps it outside /usr. */
  node: '/opt/node',
  user: 'agent',
  path: '/opt/node/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
} as const;

export interface ReadOnlyMount {
  /** Directory or file of the host, absolute. */
  source: string;
  /** Where it is seen inside, absolute, under /run, /opt or /mnt. */
  target: string;
}

/** One program to run, and all that it may see. */
export interface ExecSpec {
  /** Looked up in the PATH of `env`, or an absolute path inside. */
  command: string;
  args: string[];
  /** Directory inside: /workspace or below. */
  cwd: string;
  /** The whole environment; PATH, HOME, USER and LANG get the sandbox's own values where they are missing. */
  env: Record<string, string>;
  /** Directory of the host, bound writable at /workspace. Its owner is the user that the program runs as. */
  project: string;
  /** Directory of the host (`.aicli`), bound writable at /aicli. Same owner as the project. */
  state?: string;
  /** The process executor's; a container has its image. */
  readOnly?: ReadOnlyMount[];
  /**
   * Unix sockets inside, each by the environment variable that gets its path. What connects there is handed over and must be
   * dealt with, errors too; every connection is gone when the program is.
   */
  sockets?: Record<string, (connection: Duplex) => void>;
  /** Whose container it runs in; needed by the docker executor alone. */
  workspace?: ContainerOwner;
  /** Who asks for it (an attempt's id): by this name `endLeftovers` knows what may stay. */
  owner?: string;
  /** `host` shares the machine's network: only for the platform's own `git clone`. */
  network: 'none' | 'host';
  /** With network `host`: the only names that resolve inside, with their addresses. Without it the machine's resolver is used. */
  hosts?: Record<string, string[]>;
  /** Kills the process and all that it started. */
  signal?: AbortSignal;
}

/**
 * One of code and signal is set, but with `engine_lost`: then nobody knows. A sandbox's init reports a death by signal as shells
 * do (128 + n): it reads as that signal.
 */
export interface ExecExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Why, when it was not the program's own end. */
  reason?: 'oom' | 'engine_lost' | 'disk_full' | null;
}

/** A running program: an exec stream. Its streams are plain pipes: a reader that stops, stops the program. */
export interface ExecProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** On the machine of its executor; for a person who looks with `ps`. */
  readonly pid: number;
  /** Resolves, never rejects, when the program and everything it started are gone. The streams end by themselves. */
  readonly exited: Promise<ExecExit>;
  /** SIGKILL to everything in the sandbox; resolves when all is gone. May be called again, and after the end. */
  kill(): Promise<void>;
  /** SIGTERM to the program, and after `graceMs` milliseconds what `kill` does. */
  terminate(graceMs: number): Promise<void>;
}

export interface Executor {
  readonly kind: 'process' | 'docker';
  /** What it isolates and what it does not, said to a person. */
  readonly description: string;
  readonly sandboxed: boolean;
  /**
   * Resolves when the program has been started. Rejects with `executor.refused` (this project may not be run so, the
   * message says how to mend it), `executor.unavailable` (the machine could not do it now) or `container.…`, or with the
   * signal's reason.
   */
  open(spec: ExecSpec): Promise<ExecProcess>;
  /** Ends what earlier owners have left running on a workspace, but for those in `keep`, and waits until it is gone. */
  endLeftovers(workspaceId: string, keep: ReadonlySet<string>): Promise<void>;
}
