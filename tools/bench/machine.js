/** What the figures were measured on. */
import { execFile } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

export async function describeMachine() {
  const { stdout } = await run('redis-server', ['--version']);
  const [, redis] = /v=(\S+)/.exec(stdout) ?? [];
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${memory} GB of memory, Linux ${release()}, Node ${process.version}, Redis ${redis}`;
}

/** Processes that wanted to run in the last minute, on average. */
export function load() {
  return loadavg()[0].toFixed(1);
}
