import { spawn } from 'node:child_process';

const keptOutput = 64 * 1024;

export interface ProgramRun {
  /** Milliseconds; then it is killed. */
  timeout: number;
  /** Exit codes that are no failure; 0 alone if not given. */
  accept?: number[];
  signal?: AbortSignal | undefined;
}

export type ProgramEnd = 'missing' | 'timeout' | 'aborted' | 'failed';

export class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed';

  constructor(
    readonly program: string,
    readonly end: ProgramEnd,
    /** The end of what it printed to its standard error; may hold paths. */
    readonly said: string,
  ) {
    super(`${program}: ${end}${said ? `: ${said}` : ''}`);
  }
}

/**
 * Runs a program of the system, never through a shell, and gives what it printed (the last 64 KB).
 * @throws ProgramFailed
 */
export function runProgram(program: string, args: string[], run: ProgramRun): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: systemPath(), LC_ALL: 'C' },
    });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    const fail = (end: ProgramEnd): void => {
      clearTimeout(timer);
      run.signal?.removeEventListener('abort', abort);
      reject(new ProgramFailed(program, end, stderr().trim()));
    };
    // What hangs in the kernel does not even die by KILL: nobody waits for that.
    const kill = (end: ProgramEnd): void => {
      child.kill('SIGKILL');
      fail(end);
    };
    const abort = (): void => kill('aborted');
    const timer = setTimeout(() => kill('timeout'), run.timeout);
    run.signal?.addEventListener('abort', abort, { once: true });
    child.once('error', (error) => fail('code' in error && error.code === 'ENOENT' ? 'missing' : 'failed'));
    child.once('close', (code) => {
      if (code === null || !(run.accept ?? [0]).includes(code)) return fail('failed');
      clearTimeout(timer);
      run.signal?.removeEventListener('abort', abort);
      resolve(stdout());
    });
    if (run.signal?.aborted) abort();
  });
}

/** A service's PATH often lacks where the tools of disks are. */
function systemPath(): string {
  return [process.env['PATH'], '/usr/sbin', '/sbin', '/usr/bin', '/bin'].filter(Boolean).join(':');
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-keptOutput);
  });
  return () => text;
}
