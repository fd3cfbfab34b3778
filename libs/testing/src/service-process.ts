import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { ServiceName } from '@aicode/contracts';

export interface ServiceProcess {
  pid: number;
  /** Sends a signal; resolves when the process has ended by it. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface ServiceStart {
  home: string;
  redisUrl: string;
  env?: Record<string, string>;
  /** Takes what it prints. */
  onOutput?: (text: string) => void;
}

/** One service alone, from its build, as it runs on a cluster. Resolves when it answers. */
export async function startServiceProcess(service: ServiceName, start: ServiceStart): Promise<ServiceProcess> {
  const program = fileURLToPath(new URL(`../../../apps/${service}/dist/main.js`, import.meta.url));
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: start.home,
      LANG: 'C.UTF-8',
      AICLI_HOME: start.home,
      AICLI_REDIS_URL: start.redisUrl,
      ...start.env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      start.onOutput?.(`${line}\n`);
      if (line.includes('"msg":"ready"')) resolve();
    });
  });
  const ended = exited.then(([code]) =>
    Promise.reject(new Error(`${service} ended with ${String(code)} before it was ready`)),
  );
  await Promise.race([ready, ended]);
  ended.catch(() => undefined); // its end is told to whoever kills it
  return { pid: child.pid ?? 0, kill };
}
