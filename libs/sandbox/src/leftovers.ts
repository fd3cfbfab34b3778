import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecProcess, ExecSpec } from './exec.js';

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
    await writeFile(join(folder, owner), `${pid} ${await startTime(pid)}`, { mode: 0o600 });
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
    // A number that was given to another process since has another start time.
    if (!pid || (await startTime(pid)) !== started) return;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      return;
    }
    await delay(10);
  }
}

/** Field 22 of /proc/<pid>/stat; empty if there is no such process, or it is only waiting to be reaped. */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? '' : (fields[19] ?? '');
}
