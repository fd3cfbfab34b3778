import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { DomainError } from '@aicode/contracts';
import { commandLine, descriptors, madeUpFiles, pipedArgs } from './bwrap-args.js';
import { checkSpec } from './check-spec.js';
import type { ExecProcess, ExecSpec } from './exec.js';
import type { HostSystem } from './host-system.js';
import { prlimitArgs, type Limits } from './limits.js';
import type { Bubblewrap } from './probe.js';
import { sandboxEnds } from './sandbox-ends.js';
import { setprivCommand } from './setpriv.js';
import { stageFor } from './stage.js';
import { withCleanStdio } from './stdio.js';
import { hold, supervise, type Held } from './supervise.js';

/** The programs of the machine that make a sandbox. */
export interface SandboxTools {
  bubblewrap: Bubblewrap;
  setpriv: string;
  prlimit: string;
  unshare: string;
}

/** How long bubblewrap may take from its start to its first process. */
const startTimeoutMs = 20_000;

/** Runs a program under bubblewrap as the project's owner. */
export async function openSandboxed(
  given: ExecSpec,
  tools: SandboxTools,
  limits: Limits,
  system: HostSystem,
): Promise<ExecProcess> {
  given.signal?.throwIfAborted();
  const { spec: checked, identity } = await checkSpec(given);
  const stage = identity.become ? await stageFor(checked, identity, tools.unshare) : undefined;
  const spec = stage?.spec ?? checked;
  const { bubblewrap } = tools;
  const command = [
    ...(stage?.prefix ?? []),
    ...setprivCommand(tools.setpriv, identity, !bubblewrap.setuid),
    ...[bubblewrap.path, ...commandLine()],
    ...[tools.prlimit, ...prlimitArgs(limits)],
    ...[spec.command, ...spec.args],
  ];
  given.signal?.throwIfAborted();
  const files = madeUpFiles(spec, identity);
  files.set(descriptors.args, pipedArgs(spec, system, limits, bubblewrap.features).join('\0') + '\0');
  const child = start(command, files);
  const held = hold(child);
  const firstProcess = await firstProcessOf(child, held, given.signal);
  return supervise(child, held, sandboxEnds(child, firstProcess), given.signal);
}

function start([file = '', ...args]: string[], files: Map<number, string>): ChildProcess {
  const extra = [descriptors.status, ...files.keys()];
  const child = withCleanStdio(extra, (stdio) =>
    // A session of its own: Ctrl-C in the platform's terminal ends the platform in order, not the tasks at once.
    spawn(file, args, { stdio, detached: true, cwd: '/', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' } }),
  );
  // Taken before anything is written: an error of the start comes later, and bubblewrap waits for its arguments.
  child.on('error', () => undefined);
  if (child.pid === undefined) {
    throw new DomainError(
      'executor.unavailable',
      'The sandbox could not be started: this machine refuses a new process (limit of processes or open files).',
    );
  }
  preferToEnd(child.pid);
  for (const [fd, content] of files) {
    const pipe = child.stdio[fd];
    if (pipe instanceof Writable) pipe.on('error', () => undefined).end(content);
  }
  return child;
}

/** Where memory runs out, the kernel takes the sandbox and not the platform. */
function preferToEnd(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '500');
  } catch {
    // A wish only; some containers forbid it.
  }
}

/** The host's pid of the sandbox's init, as bubblewrap reports it. @throws DomainError executor.unavailable if it made none */
async function firstProcessOf(child: ChildProcess, held: Held, signal?: AbortSignal): Promise<number> {
  const status = child.stdio[descriptors.status];
  if (!(status instanceof Readable)) throw new Error('the child has no status pipe');
  status.setEncoding('utf8').on('error', () => undefined);
  const limit = AbortSignal.timeout(startTimeoutMs);
  const stop = signal ? AbortSignal.any([signal, limit]) : limit;
  const end = (): void => void child.kill('SIGKILL');
  stop.addEventListener('abort', end, { once: true });
  try {
    const pid = await readFirstProcess(status);
    if (pid !== undefined) {
      // The rest (the exit code, again) is not needed but must not fill the pipe.
      status.resume();
      return pid;
    }
  } finally {
    stop.removeEventListener('abort', end);
  }
  end();
  signal?.throwIfAborted();
  throw new DomainError('executor.unavailable', `The sandbox could not be started: ${await firstWords(held)}`);
}

function readFirstProcess(status: Readable): Promise<number | undefined> {
  return new Promise((resolve) => {
    let text = '';
    status.on('data', (chunk: string) => {
      text += chunk;
      const pid = /"child-pid":\s*(\d+)[,\s}]/.exec(text)?.[1];
      if (pid !== undefined) resolve(Number(pid));
    });
    status.once('close', () => resolve(undefined));
  });
}

/** Why it did not start, in the tools' own words, without what they say of the host's paths. */
async function firstWords({ stdout, stderr }: Held): Promise<string> {
  let text = '';
  stdout.resume();
  for await (const chunk of stderr) text = (text + String(chunk)).slice(0, 2_000);
  const line = text.split('\n').find((part) => part.trim() !== '') ?? 'it ended without a word';
  return `${line.replace(/\/[^\s:]+/g, '…').slice(0, 300)}. "aicli doctor" checks what it needs.`;
}
