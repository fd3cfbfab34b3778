import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ExecSpec, Executor } from './exec.js';
import { daemons, processesNamed, until } from './fixtures/alive.js';
import { bash, finish, makeWorkspace, type TestWorkspace } from './fixtures/workspace.js';
import { readProcess } from './proc.js';
import { createProcessExecutor } from './process-executor.js';

let executor: Executor;
let workspace: TestWorkspace;
let word: string;
const open = (script: string, more: Partial<ExecSpec> = {}) => executor.open(bash(workspace, script, more));

async function openDaemons(then: string, more: Partial<ExecSpec> = {}) {
  const running = await open(daemons(word) + then, more);
  running.stderr.resume();
  await once(running.stdout, 'data');
  running.stdout.resume();
  expect(processesNamed(word).length).toBeGreaterThanOrEqual(3);
  return running;
}

beforeAll(async () => {
  executor = await createProcessExecutor({ unsandboxed: false });
});
beforeEach(async () => {
  workspace = await makeWorkspace();
  word = `mark${process.pid}x${Math.random().toString(36).slice(2)}`;
});
afterEach(() => workspace.remove());

describe('the end of a sandbox', () => {
  it('takes all daemons along when the program exits by itself', async () => {
    const running = await openDaemons('read -r go; exit 7');
    running.stdin.end('go\n');
    expect(await running.exited).toEqual({ code: 7, signal: null });
    expect(processesNamed(word)).toEqual([]);
  });

  it('takes all daemons along when it is killed, before kill resolves', async () => {
    const running = await openDaemons('sleep 1000');
    await running.kill();
    expect(processesNamed(word)).toEqual([]);
    expect(await running.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await running.kill();
  });

  it('comes by an AbortSignal', async () => {
    const abort = new AbortController();
    const running = await openDaemons('sleep 1000', { signal: abort.signal });
    abort.abort();
    expect(await running.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(processesNamed(word)).toEqual([]);
  });

  it('does not begin under a signal that has been given already', async () => {
    await expect(open('true', { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
    const abort = new AbortController();
    const opening = open(`sleep 1000 # ${word}`, { signal: abort.signal });
    abort.abort(new Error('stopped in between'));
    await opening.then(
      (running) => running.exited,
      (error: unknown) => expect(error).toEqual(new Error('stopped in between')),
    );
    expect(processesNamed(word)).toEqual([]);
  });

  it('lets a program that listens to TERM end in order', async () => {
    const running = await open('trap "echo bye; exit 5" TERM; echo ready; while :; do sleep 0.01; done');
    await once(running.stdout, 'data');
    const all = finish(running);
    await running.terminate(20_000);
    expect(await all).toMatchObject({ stdout: 'bye\n', code: 5 });
  });

  it('does not wait longer than the grace for one that does not', async () => {
    const running = await openDaemons('sleep 1000');
    await running.terminate(50);
    expect(await running.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(processesNamed(word)).toEqual([]);
    await running.terminate(50);
  });

  it("comes when bubblewrap's monitor is killed from outside, and exited waits until all is gone", async () => {
    const running = await openDaemons('sleep 1000');
    process.kill(running.pid, 'SIGKILL');
    expect(await running.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(processesNamed(word)).toEqual([]);
  });

  it('comes within moments under a fork bomb', async () => {
    const running = await open(`bomb() { bomb | bomb & }; echo ready; bomb 2>/dev/null; sleep 1000 # ${word}`);
    running.stderr.resume();
    await once(running.stdout, 'data');
    await until(() => processesNamed(word).length > 100, 'a fork bomb');
    const start = Date.now();
    await running.kill();
    expect(Date.now() - start).toBeLessThan(5_000);
    expect(processesNamed(word)).toEqual([]);
  });

  it('leaves no zombie of ours behind', async () => {
    const running = await open('true');
    await finish(running);
    expect(readProcess(running.pid)).toBeUndefined();
  });

  it('comes when the platform is killed with -9', async () => {
    const platform = spawn(
      process.execPath,
      [
        ...['--conditions=@aicode/source', '--import', '@swc-node/register/esm-register'],
        ...[fileURLToPath(new URL('fixtures/platform.ts', import.meta.url)), workspace.root, word],
      ],
      { stdio: ['ignore', 'pipe', 'inherit'], cwd: fileURLToPath(new URL('..', import.meta.url)) },
    );
    const [said] = (await once(platform.stdout, 'data')) as [Buffer];
    expect(said.toString()).toBe('ready\n');
    const sandboxed = processesNamed(word).filter((pid) => pid !== platform.pid);
    expect(sandboxed.length).toBeGreaterThanOrEqual(3);
    platform.kill('SIGKILL');
    await once(platform, 'exit');
    await until(() => processesNamed(word).length === 0, 'the end of the sandbox');
  });
});
