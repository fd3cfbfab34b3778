import { DomainError } from '@aicode/contracts';
import { platformAccount } from './account.js';
import { installCommand } from './distribution.js';
import type { ExecProcess, ExecSpec, Executor } from './exec.js';
import { readHostSystem } from './host-system.js';
import { InsideSockets } from './inside-sockets.js';
import { Leftovers } from './leftovers.js';
import { defaultLimits, type Limits } from './limits.js';
import { probeBubblewrap, type Bubblewrap, type ToolPaths } from './probe.js';
import { openSandboxed } from './sandboxed-process.js';
import { findTool } from './tools.js';
import { openUnsandboxed } from './unsandboxed-process.js';

export interface ProcessExecutorOptions extends ToolPaths {
  prlimitPath?: string | undefined;
  /** The administrator's word that programs may run without bubblewrap where it does not work. */
  unsandboxed: boolean;
  limits?: Partial<Limits>;
  /** Directory, of nobody else, for the sockets of what runs; without it no spec may ask for one. */
  socketsDir?: string | undefined;
  /** Directory for notes of what runs for whom; without it there are no leftovers to end. */
  notesDir?: string | undefined;
}

/**
 * The `process` executor: programs run on this machine, under bubblewrap.
 * @throws DomainError executor.unavailable, with the remedy, where bubblewrap does not work and `unsandboxed` is false;
 * config.invalid, where the path of a socket would be too long.
 */
export async function createProcessExecutor(options: ProcessExecutorOptions): Promise<Executor> {
  const limits = { ...defaultLimits, ...options.limits };
  const setpriv = await required('setpriv', options.setprivPath);
  const prlimit = await required('prlimit', options.prlimitPath);
  const bubblewrap = await probeBubblewrap({ ...options, setprivPath: setpriv });
  if (bubblewrap.ok) {
    const unshare = await required('unshare', undefined);
    const system = readHostSystem();
    const tools = { bubblewrap, setpriv, prlimit, unshare };
    return {
      kind: 'process',
      sandboxed: true,
      description: sandboxedDescription(bubblewrap, limits),
      ...around(options, (spec) => openSandboxed(spec, tools, limits, system)),
    };
  }
  if (!options.unsandboxed) {
    throw new DomainError(
      'executor.unavailable',
      `${bubblewrap.reason} Tasks need it to run apart from this machine. To mend it: ${bubblewrap.remedy}`,
    );
  }
  return {
    kind: 'process',
    sandboxed: false,
    description: unsandboxedDescription(),
    ...around(options, (spec) => openUnsandboxed(spec, { setpriv, prlimit }, limits)),
  };
}

type Open = (spec: ExecSpec) => Promise<ExecProcess>;

/** What a program has around it, however it is run: its sockets, and the note of whom it runs for. */
function around({ socketsDir, notesDir }: ProcessExecutorOptions, run: Open): Pick<Executor, 'open' | 'endLeftovers'> {
  const sockets = socketsDir === undefined ? undefined : new InsideSockets(socketsDir);
  const leftovers = notesDir === undefined ? undefined : new Leftovers(notesDir);
  const noted: Open = (spec) => (leftovers ? leftovers.open(spec, run) : run(spec));
  return {
    open: async (spec) => {
      if (sockets) return sockets.open(spec, noted);
      if (spec.sockets) throw new Error('an executor without a directory for sockets was asked for one');
      return noted(spec);
    },
    endLeftovers: async (workspaceId, keep) => leftovers?.end(workspaceId, keep),
  };
}

async function required(name: string, given: string | undefined): Promise<string> {
  const path = given ?? (await findTool(name));
  if (path !== undefined) return path;
  throw new DomainError(
    'executor.unavailable',
    `${name} is not installed. To mend it: ${installCommand('util-linux')}`,
  );
}

function sandboxedDescription({ version, features }: Bubblewrap, limits: Limits): string {
  return [
    `Sandboxed by bubblewrap ${version}, not a container.`,
    'Isolated: files (only the project and its .aicli are writable, the system is read-only), network (none), processes, environment, privileges.',
    `Limited: ${limits.processes} processes, size of a file${features.size ? ', size of /tmp and home' : ''}.`,
    'Not limited: CPU, memory and disk use as a whole; the kernel is shared.',
  ].join(' ');
}

function unsandboxedDescription(): string {
  const user = platformAccount().uid === 0 ? "the project's owner" : 'the user that runs the platform';
  return [
    'NOT sandboxed: bubblewrap is missing and the administrator allowed that.',
    `Programs run as ${user} and can read and change all that this user can, use the network, see other processes, and leave processes behind.`,
    'Kept: never root, an environment of its own, no new privileges, limits on file size.',
  ].join(' ');
}
