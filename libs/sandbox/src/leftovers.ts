import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecProcess, ExecSpec } from './exec.js';
import { isAlive, readProcess, readProcesses, signalQuietly } from './proc.js';

/**
 * Notes of the processes that run for somebody, outside of what a sandbox can write. A sandbox dies with its platform; this
 * is for a platform process that stands still while its work is given to another.
 */
export class Leftovers {
  constructor(private readonly dir: string) {}

  /** Opens a program with a note of it that lasts as long as the program. */
  async open(
    { workspace, owner, ...spec }: ExecSpec,
    start: (spec: ExecSpec) => Promise<ExecProcess>,
  ): Promise<ExecProcess> {
    const process = await start(spec);
    if (!workspace || owner === undefined) return process;
    const { workspace_id: id } = workspace;
    try {
      await this.note(id, owner, process.pid);
    } catch (error) {
      await process.kill();
      throw error;
    }
    const exited = process.exited.then(async (exit) => {
      // A note that stays is of a process that is gone, and is found so.
      await this.forget(id, owner).catch(() => undefined);
      return exit;
    });
    return { ...process, exited };
  }

  async note(workspaceId: string, owner: string, pid: number): Promise<void> {
    const folder = join(this.dir, workspaceId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, owner), `${pid} ${startTime(pid)}`, { mode: 0o600 });
  }

  async forget(workspaceId: string, owner: string): Promise<void> {
    await rm(join(this.dir, workspaceId, owner), { force: true });
  }

  /** Ends what others have left in a workspace, and waits until it is gone. */
  async end(workspaceId: string, keep: ReadonlySet<string>): Promise<void> {
    const folder = join(this.dir, workspaceId);
    const owners = await readdir(folder).catch(() => []);
    for (const owner of owners) {
      if (keep.has(owner)) continue;
      // It may be forgotten at this very moment by its own end.
      const note = await readFile(join(folder, owner), 'utf8').catch(() => '');
      const [pid = 0, started = ''] = note.split(' ');
      await killProcess(Number(pid), started);
      await this.forget(workspaceId, owner);
    }
  }
}

async function killProcess(pid: number, started: string): Promise<void> {
  for (let i = 0; i < 200; i += 1) {
    if (!pid || !started || startTime(pid) !== started) return;
    // Its children first: a sandbox's init that its monitor has not let go yet would not notice the monitor's death.
    const children = readProcesses().filter((entry) => entry.parent === pid);
    try {
      for (const each of [...children.map((entry) => entry.pid), pid]) signalQuietly(each, 'SIGKILL');
    } catch {
      return; // not ours to end: then it is none that we have started
    }
    await delay(10);
  }
}

/** Empty if there is no such process, or it is only waiting to be reaped. */
function startTime(pid: number): string {
  const entry = readProcess(pid);
  return entry && isAlive(entry) ? entry.started : '';
}
