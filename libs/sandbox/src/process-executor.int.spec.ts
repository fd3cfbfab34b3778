import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Executor } from './exec.js';
import { createProcessExecutor } from './process-executor.js';
import { bash, finish, makeWorkspace, type TestWorkspace } from './fixtures/workspace.js';

let executor: Executor;
let workspace: TestWorkspace;
const run = async (script: string, more = {}) => finish(await executor.open(bash(workspace, script, more)));

beforeAll(async () => {
  executor = await createProcessExecutor({ unsandboxed: false });
  workspace = await makeWorkspace();
});
afterAll(() => workspace.remove());

describe('exec stream of a sandbox', () => {
  it('x', async () => {
    expect(executor.description).toContain('bubblewrap');
    const t = Date.now();
    console.log(await run('id; env; ls -la / /etc ~; ulimit -a; pwd; ls /proc/self/fd; cat; node -v'), Date.now() - t);
  });
});
