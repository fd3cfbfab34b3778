import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = '/sys/fs/cgroup';

/**
 * How many processes the kernel has killed for memory in the cgroup of this process (`oom_kill`, kernel documentation of
 * memory.events and memory.oom_control); undefined where it can't be read: the engine is on another machine.
 */
export async function oomKills(pid: number): Promise<number | undefined> {
  try {
    const lines = (await readFile(`/proc/${pid}/cgroup`, 'utf8')).split('\n').map((line) => line.split(':'));
    for (const [id, controllers = '', path = ''] of lines) {
      const file =
        id === '0'
          ? join(root, path, 'memory.events')
          : controllers.split(',').includes('memory')
            ? join(root, 'memory', path, 'memory.oom_control')
            : undefined;
      const count = file && (await readCount(file));
      if (count !== undefined && count !== '') return Number(count);
    }
  } catch {
    // Not here, or not for us to read.
  }
  return undefined;
}

async function readCount(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^oom_kill (\d+)$/m.exec(text)?.[1];
}
