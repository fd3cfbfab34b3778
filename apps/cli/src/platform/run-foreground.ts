import { spawn } from 'node:child_process';

/** Signals that mean "stop" to the platform. A Ctrl-C reaches it by itself too: it counts what comes from the terminal only once. */
const forwarded = ['SIGTERM', 'SIGHUP'] as const;

/** Runs the platform as if it were this process; answers with its exit code. */
export function runForeground(program: string, args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit', env });
  // Ctrl-C goes to every process of the terminal. We wait for the platform to stop in order.
  const ignore = (): void => undefined;
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', ignore);
  for (const signal of forwarded) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('SIGINT', ignore);
      for (const one of forwarded) process.off(one, forward);
      resolve(code ?? (signal === null ? 1 : 128 + (signalNumbers[signal] ?? 0)));
    });
  });
}

const signalNumbers: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };
