import { setTimeout as delay } from 'node:timers/promises';
import { Readable } from 'node:stream';

import { DomainError, type containersRpc, type ErrorCode } from '@aicode/contracts';
import { connectExecStream, type RemoteProcess } from '@aicode/exec-stream';
import type { ExecExit, ExecProcess, ExecSpec, Executor } from '@aicode/sandbox';
import type { FeatureClient, Logger } from '@aicode/service-kit';

export type ContainersClient = Pick<FeatureClient<typeof containersRpc>, 'open' | 'endAttempts'>;

export interface DockerExecutorOptions {
  containers: ContainersClient;
  log: Logger;
  /** How long a workspace whose rooms are all taken is asked again. */
  busyMs?: number;
}

/** From the ticket to the start of the program: its container may have to be made. */
const startTimeoutMs = 120_000;
const busyDefaultMs = 60_000;
const busyPauseMs = 500;

/** The `docker` executor: programs run in containers that docker-manager keeps, and come here as exec streams. */
export function createDockerExecutor(options: DockerExecutorOptions): Executor {
  return {
    kind: 'docker',
    sandboxed: true,
    description:
      'Docker containers: a task has one of its workspace to itself while it runs. Isolated: files (only the project and its .aicli are writable), network (by the policy of the workspace), processes, environment, privileges. Limited: CPU, memory, disk, processes. The kernel is shared.',
    open: (spec) => open(spec, options),
    endLeftovers: async (workspaceId, keep) => {
      await asked(options.containers.endAttempts({ workspace_id: workspaceId, keep: [...keep] }));
    },
  };
}

async function open(spec: ExecSpec, options: DockerExecutorOptions): Promise<ExecProcess> {
  const { signal } = spec;
  const deadline = performance.now() + (options.busyMs ?? busyDefaultMs);
  // Rooms are taken by people too: one that becomes free in a moment is worth waiting for.
  for (;;) {
    try {
      return execProcess(await asked(start(spec, options.containers)), options.log);
    } catch (error) {
      const busy = error instanceof DomainError && error.code === 'container.busy';
      if (!busy || performance.now() > deadline) throw error;
    }
    await delay(busyPauseMs, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
  }
}

async function start(spec: ExecSpec, containers: ContainersClient): Promise<RemoteProcess> {
  const { workspace, owner, command, args, cwd, env, sockets = {}, signal } = spec;
  if (!workspace || owner === undefined) throw new Error('a container is a workspace’s, and its program somebody’s');
  const program = { command, args, cwd, env, sockets: Object.keys(sockets), tty: null };
  const stop = signal ? { signal } : {};
  const ticket = await containers.open({ ...workspace, owner, ...program }, stop);
  return connectExecStream({ ...ticket, ...stop, timeoutMs: startTimeoutMs, sockets });
}

/** What passes by itself: docker-manager or its engine is away for a while, or could not do it just now. */
const passing: readonly ErrorCode[] = ['bus.timeout', 'bus.unavailable', 'executor.unavailable'];

async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof DomainError) || !passing.includes(error.code)) throw error;
    const silent = error.code.startsWith('bus.');
    throw new DomainError(
      'container.engine_lost',
      silent ? 'docker-manager did not answer, so no container could be had.' : error.message,
      {},
      { cause: error },
    );
  }
}

function execProcess(remote: RemoteProcess, log: Logger): ExecProcess {
  let giveUp: (exit: ExecExit) => void = () => undefined;
  const givenUp = new Promise<ExecExit>((resolve) => (giveUp = resolve));
  const exited = Promise.race([remote.exited, givenUp]);
  /** Where docker-manager cannot end it, it stays docker-manager's to end: whoever waits here must not wait for ever. */
  const surely = async (end: Promise<void>): Promise<void> => {
    try {
      await end;
    } catch (error) {
      log.error({ err: error, pid: remote.pid }, 'a program in a container could not be ended');
      giveUp({ code: null, signal: null, reason: 'engine_lost' });
    }
  };
  return {
    stdin: remote.stdin,
    stdout: remote.stdout,
    stderr: remote.stderr ?? Readable.from([]),
    pid: remote.pid,
    exited,
    kill: () => surely(remote.kill()),
    terminate: (graceMs) => surely(remote.terminate(graceMs)),
  };
}
