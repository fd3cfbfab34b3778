import { readFile, writeFile, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';

import { tempDir, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { runCommand, type RunOptions } from '../fixtures/run-command.js';
import { isRunning, PlatformState } from '../platform/platform-state.js';
import Doctor from './doctor.js';
import Down from './down.js';
import Status from './status.js';
import Up from './up.js';

let home: TempDir;
beforeEach(async () => {
  home = await tempDir('cli');
});
afterEach(async () => {
  await run(Down, ['--force', '--timeout', '20']);
  await home.remove();
});

const run = (command: Parameters<typeof runCommand>[0], argv: string[] = [], options: RunOptions = {}) =>
  runCommand(command, argv, {
    ...options,
    env: { AICLI_HOME: home.path, AICLI_SERVER: undefined, NO_COLOR: '1', ...options.env },
  });

describe('aicli up, status and down', () => {
  it('starts in the background once, says how it is, and stops', async () => {
    expect(await run(Status)).toMatchObject({ exitCode: 5, stdout: '', stderr: expect.stringContaining('aicli up') });
    const up = await run(Up, ['--detach', '--demo-model', '--port', '0', '--json']);
    const state = up.json() as PlatformState;
    expect(state).toMatchObject({
      already_running: false,
      demo_model: true,
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    });

    expect((await run(Up, ['-d'])).stdout).toContain(`runs already at ${state.url}`);
    expect(await run(Up)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('aicli down') });
    expect(await run(Up, ['-d', '--demo-model', '--port', new URL(state.url ?? '').port])).toMatchObject({
      exitCode: 0,
    });
    const otherPort = await run(Up, ['-d', '--port', '1']);
    expect(otherPort).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('not on port 1') });
    expect(otherPort.stderr).toContain('Stop it first: aicli down');

    const status = await run(Status);
    expect(status.exitCode).toBe(0);
    expect(status.stdout).toMatch(/Model +demo[^]*Tasks +0 running, 0 queued[^]*✔ redis/);
    expect((await run(Status, ['--json'])).json()).toMatchObject({
      process: { pid: state.pid },
      tasks: { running: 0, queued: 0 },
    });

    expect((await run(Down)).stdout).toBe('The platform has stopped.\n');
    expect(await run(Down)).toMatchObject({ exitCode: 0, stdout: 'The platform does not run.\n' });
    expect(isRunning(state.pid)).toBe(false);
  });

  it('says why it did not start', async () => {
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const busy = await run(Up, ['-d', '--port', String(port)]);
    taken.close();
    expect(busy.exitCode).toBe(1);
    expect(busy.stderr).toContain(String(port));
    expect(busy.stderr).toContain(join(home.path, 'run', 'platform.log'));

    await mkdir(join(home.path, 'config'), { recursive: true });
    await writeFile(join(home.path, 'config', 'server.yaml'), 'server: { prt: 1 }\n');
    const bad = await run(Up, ['-d']);
    expect(bad.exitCode).toBe(2);
    expect(bad.stderr).toContain('server.prt');
    // Of this start alone.
    expect(bad.stderr).not.toContain(String(port));
    expect(await run(Up)).toMatchObject({ exitCode: 2 });
  });

  it('runs here until it is told to stop', async () => {
    const running = run(Up, ['--port', '0', '--demo-model']);
    const state = await untilReady();
    process.kill(state.pid, 'SIGTERM');
    expect(await running).toMatchObject({ exitCode: 0 });
  });

  it('ends a platform that does not stop only when it is asked to', async () => {
    const { pid } = (await run(Up, ['-d', '--port', '0', '--demo-model', '--json'])).json() as PlatformState;
    process.kill(pid, 'SIGSTOP');
    expect(await run(Down, ['--timeout', '1'])).toMatchObject({
      exitCode: 124,
      stderr: expect.stringContaining('--force'),
    });
    expect((await run(Down, ['--timeout', '1', '--force', '--json'])).json()).toEqual({
      stopped: true,
      pid,
      forced: true,
    });
    // What it left (its Redis) is adopted and stopped in order.
    expect(await run(Up, ['-d', '--port', '0', '--demo-model'])).toMatchObject({ exitCode: 0 });
  });

  it('does not take another process for the platform', async () => {
    await mkdir(join(home.path, 'run'), { recursive: true });
    const state = {
      pid: process.pid,
      url: 'http://127.0.0.1:1',
      started_at: new Date().toISOString(),
      version: '1',
      demo_model: false,
    };
    await writeFile(join(home.path, 'run', 'platform.json'), JSON.stringify(state));
    expect((await run(Down)).stdout).toBe('The platform does not run.\n');
  });

  it('says that the program is missing', async () => {
    const env = { AICLI_PLATFORM: '/nowhere/main.js' };
    for (const command of [Up, Doctor]) {
      expect(await run(command, [], { env })).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('AICLI_PLATFORM'),
      });
    }
  });
});

describe('aicli doctor', () => {
  it('looks at what is needed', async () => {
    const report = await run(Doctor, ['--json']);
    expect(report.json()).toMatchObject({
      ok: expect.any(Boolean),
      checks: expect.arrayContaining([expect.objectContaining({ name: 'redis' })]),
    });
    const words = await run(Doctor);
    expect(words.stdout).toMatch(/^[✔!✖] \w+: .+/m);
    expect(words.exitCode).toBe(report.exitCode);
  });

  it('says when it can not look', async () => {
    const script = join(home.path, 'main.js');
    await writeFile(script, 'console.error("no luck")');
    expect(await run(Doctor, [], { env: { AICLI_PLATFORM: script } })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('no luck'),
    });
  });
});

async function untilReady(): Promise<PlatformState> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const text = await readFile(join(home.path, 'run', 'platform.json'), 'utf8').catch(() => null);
    if (text !== null) return PlatformState.parse(JSON.parse(text));
    if (Date.now() > deadline) throw new Error('The platform was not ready in time.');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
