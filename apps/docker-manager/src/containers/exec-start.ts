import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

import { DomainError, type OpenExec } from '@aicode/contracts';
import { inside, type Account } from '@aicode/sandbox';
import type Docker from 'dockerode';

import { engineLimits, saidBy, statusOf, within } from './engine-client.js';
import { execOutput, type ExecOutput } from './exec-output.js';

export interface StartedExec {
  exec: Docker.Exec;
  stream: Duplex;
  output: ExecOutput;
  pid: number;
}

export interface ExecToStart {
  container: Docker.Container;
  program: Pick<OpenExec, 'command' | 'args' | 'cwd' | 'tty'>;
  env: Record<string, string>;
  account: Account;
}

const startTimeout = 30_000;
const longestPause = 50;

/** Starts a program in a running container. @throws DomainError executor.refused if there is no such program or directory */
export async function startExec({ container, program, env, account }: ExecToStart): Promise<StartedExec> {
  const terminal = program.tty !== null;
  const exec = await within(engineLimits.question, (abortSignal) =>
    container.exec({
      Cmd: [program.command, ...program.args],
      WorkingDir: program.cwd,
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      User: `${account.uid}:${account.gid}`,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: terminal,
      abortSignal,
    }),
  ).catch((error: unknown) => {
    if (statusOf(error) === 409) throw notRunning();
    throw error;
  });
  const stream = await within(engineLimits.question, () => exec.start({ hijack: true, stdin: true, Tty: terminal }));
  // How the program ended says what there is to say of a stream that broke.
  stream.on('error', () => undefined);
  const output = execOutput(stream, terminal);
  try {
    const pid = await startOf(exec, output, program);
    return { exec, stream, output, pid };
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

/** The engine answers before the program runs; whether it does, only a look can tell. */
async function startOf(exec: Docker.Exec, output: ExecOutput, program: ExecToStart['program']): Promise<number> {
  const until = performance.now() + startTimeout;
  for (let pause = 2; performance.now() < until; pause = Math.min(pause * 2, longestPause)) {
    const { Pid, ExitCode, Running } = await within(engineLimits.question, () => exec.inspect());
    if (Pid > 0) return Pid;
    if (!Running && ExitCode !== null) throw refused(await complaint(output), program);
    await delay(pause);
  }
  throw new DomainError(
    'executor.unavailable',
    'The Docker engine did not start the program in time. The machine may be overloaded; try again later.',
  );
}

/** In place of a program's output the engine prints why there is none. */
async function complaint({ stdout, stderr }: ExecOutput): Promise<string> {
  stderr?.resume();
  return within(engineLimits.question, () => text(stdout)).catch(() => '');
}

function refused(said: string, { command, cwd }: ExecToStart['program']): DomainError {
  const name = JSON.stringify(command.slice(0, 200));
  if (said.includes('chdir to cwd')) {
    const where =
      cwd === inside.project ? 'The project directory' : `The directory ${JSON.stringify(cwd.slice(0, 200))}`;
    return new DomainError(
      'executor.refused',
      `${where} does not exist in the workspace, or the program may not enter it.`,
    );
  }
  if (/executable file not found|no such file or directory/.test(said)) {
    return new DomainError(
      'executor.refused',
      `There is no program ${name} in the workspace's container. Check the name, or choose an image that has it.`,
    );
  }
  if (said.includes('permission denied')) {
    return new DomainError('executor.refused', `${name} may not be executed. Check its permissions (chmod +x).`);
  }
  if (/pids|fork\/exec|resource temporarily unavailable|cannot allocate memory/i.test(said)) {
    return new DomainError(
      'executor.unavailable',
      'The container has no room for another process or its memory is used up. Raise its limits, or try again.',
    );
  }
  return new DomainError('executor.refused', `The program ${name} could not be started in the workspace's container.`);
}

function notRunning(): DomainError {
  return new DomainError('executor.unavailable', 'The container of the workspace stopped just now. Try again.');
}

/** Sends TERM to the program that an exec started: of its user, and not born inside (its parent is not to be seen there). */
export async function askToEnd(container: Docker.Container, { uid, gid }: Account): Promise<void> {
  const exec = await within(engineLimits.question, () =>
    container.exec({ Cmd: ['/bin/sh', '-c', termScript], User: `${uid}:${gid}`, Env: ['PATH='], WorkingDir: '/' }),
  );
  try {
    const answer = await within(engineLimits.question, () => exec.start({ Detach: true }));
    answer.resume();
  } catch (error) {
    throw new Error(`TERM could not be sent: ${saidBy(error)}`, { cause: error });
  }
}

/** Builtins alone: a container without room for another process still has room for this one, or for none. */
const termScript = `for file in /proc/[0-9]*/status; do
  while read -r key value rest; do
    case "$key" in
      Pid:) pid=$value ;;
      PPid:) [ "$value" = 0 ] && [ "$pid" != 1 ] && [ "$pid" != $$ ] && kill -TERM "$pid"; break ;;
    esac
  done <"$file"
done 2>/dev/null`;
