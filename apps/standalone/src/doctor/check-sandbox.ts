import type { Bubblewrap, NoBubblewrap } from '@aicode/sandbox';

import { fail, ok, warn, type Check } from './check.js';

export function checkSandbox(found: Bubblewrap | NoBubblewrap, unsandboxed: boolean): Check {
  if (found.ok) return ok('sandbox', `bubblewrap ${found.version} works: tasks run sandboxed.`);
  if (unsandboxed) {
    return warn(
      'sandbox',
      `${found.reason} Tasks run without any sandbox, because executor.process_unsandboxed says so.`,
      found.remedy,
    );
  }
  return fail('sandbox', `${found.reason} Without it tasks are refused on this machine.`, found.remedy);
}
