import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Notes of the processes that attempts have started, outside of what a sandbox can write. A sandbox dies with its runner; this
 * is for a runner that stands still while its attempt is given to another.
 */
export class Leftovers {
  constructor(private readonly dir: string) {}

  async note(workspaceId: string, attemptId: string, pid: number): Promise<void> {
    const folder = join(this.dir, workspaceId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, attemptId), `${pid} ${await startTime(pid)}`, { mode: 0o600 });
  }

  async forget(workspaceId: string, attemptId: string): Promise<void> {
    await rm(join(this.dir, workspaceId, attemptId), { force: true });
  }

  /** Ends what other attempts have left in a workspace, and waits until it is gone. */
  async end(workspaceId: string, running: ReadonlySet<string>): Promise<void> {
    const folder = join(this.dir, workspaceId);
    const attempts = await readdir(folder).catch(() => []);
    for (const attemptId of attempts) {
      if (running.has(attemptId)) continue;
      const [pid = 0, started = ''] = (await readFile(join(folder, attemptId), 'utf8')).split(' ');
      await killProcess(Number(pid), started);
      await this.forget(workspaceId, attemptId);
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
