import { closeSync, openSync } from 'node:fs';
import type { StdioOptions } from 'node:child_process';
import { inheritableDescriptors } from './proc.js';

/**
 * Calls `spawn` with pipes at 0, 1, 2 and at each of `extra`, and with nothing of what this process inherited itself:
 * /dev/null stands at every such descriptor.
 */
export function withCleanStdio<T>(extra: number[], spawn: (stdio: StdioOptions) => T): T {
  const stdio: Extract<StdioOptions, unknown[]> = ['pipe', 'pipe', 'pipe'];
  for (const fd of extra) stdio[fd] = 'pipe';
  const leaks = inheritableDescriptors().filter((fd) => !extra.includes(fd));
  const nothing = leaks.length > 0 ? openSync('/dev/null', 'r') : undefined;
  try {
    for (const fd of leaks) stdio[fd] = nothing;
    return spawn(Array.from(stdio, (entry) => entry ?? 'ignore'));
  } finally {
    if (nothing !== undefined) closeSync(nothing);
  }
}
