import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface LeftProcess {
  pid: number;
  command: string;
}

/** Every live process that descends from `pid`, itself not counted. */
export function descendantsOf(pid: number): LeftProcess[] {
  const all = allProcesses();
  const below = (parent: number): ProcessEntry[] =>
    all.filter((entry) => entry.parent === parent).flatMap((child) => [child, ...below(child.pid)]);
  return below(pid);
}

/** Every live process that works below a folder or names it in its command line, ourselves not counted. */
export function processesOn(folder: string): LeftProcess[] {
  return allProcesses().filter(
    ({ pid, command, cwd }) =>
      pid !== process.pid && (cwd === folder || cwd.startsWith(`${folder}/`) || command.includes(folder)),
  );
}

/** Pids of every live process whose command line holds a text, ourselves not counted. */
export function processesNaming(text: string): number[] {
  return allProcesses()
    .filter(({ pid, command }) => pid !== process.pid && command.includes(text))
    .map(({ pid }) => pid);
}

/** Waits until none of these lives any more; the ones that still do after `limit` ms. */
export async function stillAlive(find: () => LeftProcess[], limit: number): Promise<LeftProcess[]> {
  const end = performance.now() + limit;
  for (;;) {
    const left = find();
    if (left.length === 0 || performance.now() > end) return left;
    await delay(25);
  }
}

interface ProcessEntry extends LeftProcess {
  parent: number;
  cwd: string;
}

function allProcesses(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)));
}

/** Empty for one that ended meanwhile, or that only waits to be reaped. */
function readProcess(pid: number): ProcessEntry[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return [];
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return [{ pid, parent: Number(parent), command, cwd: workingFolder(pid) }];
  } catch {
    return [];
  }
}

function workingFolder(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
