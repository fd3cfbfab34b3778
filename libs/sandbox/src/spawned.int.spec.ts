import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SpawnedProcess as SdkProcess } from '@anthropic-ai/claude-agent-sdk';
import type { Executor } from './exec.js';
import { bash, makeWorkspace, type TestWorkspace } from './fixtures/workspace.js';
import { createProcessExecutor } from './process-executor.js';
import { asSpawnedProcess } from './spawned.js';

let executor: Executor;
let workspace: TestWorkspace;
beforeAll(async () => {
  executor = await createProcessExecutor({ unsandboxed: false });
  workspace = await makeWorkspace();
});
afterAll(() => workspace.remove());

const spawned = (script: string, graceMs?: number) => asSpawnedProcess(executor.open(bash(workspace, script)), graceMs);
const exitOf = (child: SdkProcess) =>
  new Promise<[number | null, string | null]>((resolve) =>
    child.once('exit', (code, signal) => resolve([code, signal])),
  );

describe("the Agent SDK's process over an exec stream", () => {
  it('takes input before it has opened, and gives output, errors and the exit', async () => {
    const child = spawned('cat; echo e >&2; exit 2');
    const exit = exitOf(child);
    child.stdin.end('early');
    expect(child.exitCode).toBeNull();
    const [out, err] = await Promise.all([child.stdout.toArray(), child.stderr.toArray()]);
    expect([out.join(''), err.join('')]).toEqual(['early', 'e\n']);
    expect(await exit).toEqual([2, null]);
    expect([child.exitCode, child.signalCode, child.killed]).toEqual([2, null, false]);
    expect(child.kill('SIGTERM')).toBe(false);
  });

  it('is killed before it has opened', async () => {
    const child = spawned('sleep 1000');
    expect(child.kill('SIGKILL')).toBe(true);
    expect(child.killed).toBe(true);
    expect(await exitOf(child)).toEqual([null, 'SIGKILL']);
    expect(child.signalCode).toBe('SIGKILL');
  });

  it('is asked first by TERM, and killed after the grace', async () => {
    const polite = spawned('trap "exit 9" TERM; echo up; while :; do sleep 0.01; done', 20_000);
    await once(polite.stdout, 'data');
    polite.kill('SIGTERM');
    expect(await exitOf(polite)).toEqual([9, null]);
    const rude = spawned('trap "" TERM; echo up; while :; do sleep 0.01; done', 30);
    await once(rude.stdout, 'data');
    rude.kill('SIGTERM');
    expect(await exitOf(rude)).toEqual([null, 'SIGKILL']);
  });

  it('tells an opening that failed as an error, and ends its streams', async () => {
    const child = asSpawnedProcess(executor.open({ ...bash(workspace, ''), cwd: '/' }));
    const error = new Promise<Error>((resolve) => child.on('error', resolve));
    const forgotten = (): void => expect('called').toBe('forgotten');
    child.on('error', forgotten);
    child.off('error', forgotten);
    expect((await error).message).toMatch(/working directory/);
    expect(await child.stdout.toArray()).toEqual([]);
    child.kill('SIGTERM');
  });
});
