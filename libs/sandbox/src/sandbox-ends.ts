import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, readProcess, readProcesses, signalQuietly } from './proc.js';
import type { Ends } from './supervise.js';

/**
 * The sandbox has a pid namespace: when its init dies, the kernel kills everything in it, and init is not reaped before all
 * are gone. So the death of init is the end of all, whatever has daemonised or ignores TERM.
 * @param child bubblewrap's monitor on the host, the parent of init. @param init the host's pid of the namespace's init
 */
export function sandboxEnds(child: ChildProcess, init: number): Ends {
  const monitor = child.pid;
  const born = readProcess(init)?.started;
  const initRuns = (): boolean => readProcess(init)?.parent === monitor;
  return {
    killTree: () => {
      if (initRuns()) signalQuietly(init, 'SIGKILL');
      else child.kill('SIGKILL');
    },
    askToEnd: () => {
      if (!initRuns()) return;
      const program = readProcesses().find((entry) => entry.parent === init && numberInside(entry.pid) === 2);
      if (program) signalQuietly(program.pid, 'SIGTERM');
    },
    settled: async () => {
      // Only when the monitor itself was killed from outside does init outlive it: for as long as the kernel needs, or for ever
      // if it was killed before it had let init go, which waits for that word.
      const deadline = Date.now() + 10_000;
      for (let now = readProcess(init); isAlive(now) && now?.started === born; now = readProcess(init)) {
        if (Date.now() > deadline) return;
        signalQuietly(init, 'SIGKILL');
        await delay(5);
      }
    },
  };
}

/** The pid that a process has inside its innermost namespace: init is 1, the program that it started is 2. */
function numberInside(pid: number): number | undefined {
  try {
    const numbers = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return numbers === undefined ? undefined : Number(numbers.split(/\s+/).at(-1));
  } catch {
    return undefined;
  }
}
