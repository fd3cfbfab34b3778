import { spawn } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '@aicode/contracts';
import { environment } from './bwrap-args.js';
import { checkSpec } from './check-spec.js';
import { inside, type ExecProcess, type ExecSpec } from './exec.js';
import { prlimitArgs, type Limits } from './limits.js';
import { isAlive, readProcesses, signalQuietly } from './proc.js';
import { setprivCommand } from './setpriv.js';
import { withCleanStdio } from './stdio.js';
import { hold, supervise } from './supervise.js';

export interface PlainTools {
  setpriv: string;
  prlimit: string;
}

/** Runs a program as the project's owner with nothing around it but its limits. Places inside are translated to the host's. */
export async function openUnsandboxed(given: ExecSpec, tools: PlainTools, limits: Limits): Promise<ExecProcess> {
  given.signal?.throwIfAborted();
  const { spec, identity } = await checkSpec(given);
  const home = await mkdtemp(join(tmpdir(), 'aicode-home-'));
  const onHost = translator(spec, home);
  const env = { ...environment(spec.env, home), PATH: spec.env['PATH'] ?? hostPath() };
  const command = [
    ...setprivCommand(tools.setpriv, { ...identity, become: false }, true),
    // A limit on processes would count all that this user runs, so it is set only for a user that the platform became.
    ...[tools.prlimit, ...prlimitArgs({ ...limits, processes: identity.become ? limits.processes : undefined })],
    ...[onHost(spec.command), ...spec.args.map(onHost)],
  ];
  // Node changes the user itself, before anything is executed: no program of the system runs as root under this environment.
  const account = identity.become ? { uid: identity.uid, gid: identity.gid } : {};
  const options = { cwd: onHost(spec.cwd), env: mapValues(env, onHost), ...account };
  try {
    if (identity.become) await chown(home, identity.uid, identity.gid);
    given.signal?.throwIfAborted();
    return await start(command, options, home, given.signal);
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    throw error;
  }
}

async function start(
  [file = '', ...args]: string[],
  options: { cwd: string; env: Record<string, string>; uid?: number; gid?: number },
  home: string,
  signal?: AbortSignal,
): Promise<ExecProcess> {
  const child = withCleanStdio([], (stdio) => spawn(file, args, { ...options, stdio, detached: true }));
  const held = hold(child);
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', () =>
      reject(
        new DomainError(
          'executor.unavailable',
          'The program could not be started. "aicli doctor" checks what it needs.',
        ),
      ),
    );
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
  const ends = {
    killTree: () => void endSession(pid),
    askToEnd: () => signalQuietly(pid, 'SIGTERM'),
    settled: async () => {
      await endSession(pid);
      await rm(home, { recursive: true, force: true });
    },
  };
  return supervise(child, held, ends, signal);
}

/** SIGKILL to the whole session that the program leads, again until none is left. What left the session is not found. */
async function endSession(session: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const members = readProcesses().filter((entry) => entry.session === session && isAlive(entry));
    if (members.length === 0) return;
    for (const { pid } of members) signalQuietly(pid, 'SIGKILL');
    await delay(5);
  }
}

/** /workspace, /aicli and the read-only places are the host's own directories here. */
function translator(spec: ExecSpec, home: string): (text: string) => string {
  const places: [string, string][] = [
    [inside.project, spec.project],
    ...(spec.state ? [[inside.state, spec.state] satisfies [string, string]] : []),
    [inside.home, home],
    ...(spec.readOnly ?? []).map(({ source, target }): [string, string] => [target, source]),
  ];
  return (text) => {
    const place = places.find(([target]) => text === target || text.startsWith(`${target}/`));
    return place ? place[1] + text.slice(place[0].length) : text;
  };
}

function mapValues(env: Record<string, string>, map: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, map(value)]));
}

/** The platform's own Node first, as in a sandbox. */
function hostPath(): string {
  return [join(process.execPath, '..'), ...inside.path.split(':').slice(1)].join(':');
}
