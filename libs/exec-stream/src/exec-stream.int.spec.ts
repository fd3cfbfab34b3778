import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { DomainError } from '@aicode/contracts';

import { execStack, text, type ExecStack } from './fixtures/exec-stack.js';
import { nodeExec, spawnedExec } from './fixtures/spawned-exec.js';

let stack: ExecStack;
beforeEach(async () => {
  stack = await execStack();
});
afterEach(() => stack.close());

describe('a program behind an exec stream', () => {
  it('gets its input, closed one way, and gives its output, errors and code', async () => {
    const exec = spawnedExec('sh', ['-c', 'cat; echo "to stderr" >&2; echo done; exit 7']);
    const remote = await stack.open(exec);
    remote.stdin.end('höllo\n');
    const [out, err] = await Promise.all([text(remote.stdout), text(remote.stderr)]);
    expect(out).toBe('höllo\ndone\n');
    expect(err).toBe('to stderr\n');
    expect(await remote.exited).toEqual({ code: 7, signal: null, reason: null });
    await stack.close();
    expect({ errors: stack.errors, unused: stack.unused, kills: exec.kills }).toEqual({
      errors: [],
      unused: 0,
      kills: 0,
    });
  });

  it('has all its output delivered before its end is told, if somebody reads', async () => {
    for (let round = 0; round < 5; round += 1) {
      const remote = await stack.open(
        nodeExec(`process.stdout.write(Buffer.alloc(3e6, 'a')); process.stderr.write('e')`),
      );
      let out = 0;
      let err = 0;
      const ends: string[] = [];
      remote.stdout.on('data', (chunk: Buffer) => (out += chunk.length)).on('end', () => ends.push('stdout'));
      remote.stderr?.on('data', (chunk: Buffer) => (err += chunk.length)).on('end', () => ends.push('stderr'));
      await remote.exited;
      expect({ out, err, ends: ends.sort() }).toEqual({ out: 3e6, err: 1, ends: ['stderr', 'stdout'] });
    }
  });

  it('may close its stdout long before it ends', async () => {
    const remote = await stack.open(spawnedExec('sh', ['-c', 'echo first; exec >&-; read line; exit 3']));
    expect(await text(remote.stdout)).toBe('first\n');
    remote.stdin.write('go\n');
    expect(await remote.exited).toEqual({ code: 3, signal: null, reason: null });
  });

  it('may leave its input unread', async () => {
    const remote = await stack.open(spawnedExec('sh', ['-c', 'exec <&-; echo closed; exit 0']));
    for (let i = 0; i < 100; i += 1) remote.stdin.write(Buffer.alloc(65_536));
    expect(await text(remote.stdout)).toBe('closed\n');
    expect((await remote.exited).code).toBe(0);
    expect(stack.errors).toEqual([]);
  });

  it('is told with the signal that killed it and the reason', async () => {
    const remote = await stack.open(spawnedExec('sh', ['-c', 'kill -KILL $$'], { reason: 'oom' }));
    expect(await remote.exited).toEqual({ code: null, signal: 'SIGKILL', reason: 'oom' });
  });

  it('can be killed, also twice and after its end', async () => {
    const exec = spawnedExec('sleep', ['1000']);
    const remote = await stack.open(exec);
    expect(remote.pid).toBe(exec.child?.pid);
    await Promise.all([remote.kill(), remote.kill()]);
    expect(await remote.exited).toEqual({ code: null, signal: 'SIGKILL', reason: null });
    await remote.kill();
    await remote.terminate(10);
  });

  it('is asked to end first, and killed when it does not', async () => {
    const polite = await stack.open(
      nodeExec(`process.on('SIGTERM', () => process.exit(5)); setInterval(() => 0, 1e3); console.log(1)`),
    );
    await new Promise((resolve) => polite.stdout.once('data', resolve));
    await polite.terminate(10_000);
    expect((await polite.exited).code).toBe(5);

    const stubborn = await stack.open(
      nodeExec(`process.on('SIGTERM', () => 0); setInterval(() => 0, 1e3); console.log(1)`),
    );
    await new Promise((resolve) => stubborn.stdout.once('data', resolve));
    await stubborn.terminate(50);
    expect((await stubborn.exited).signal).toBe('SIGKILL');
  });

  it('has a size if it has a terminal, and then no stderr', async () => {
    const sizes: number[][] = [];
    const terminal = await stack.open(
      spawnedExec('cat', [], { resize: (columns, rows) => Promise.resolve(void sizes.push([columns, rows])) }),
    );
    expect(terminal.stderr).toBeNull();
    await terminal.resize(120, 40);
    await expect(terminal.resize(0, 40)).rejects.toMatchObject({ code: 'request.invalid' });
    expect(sizes).toEqual([[120, 40]]);
    terminal.stdin.end();
    await terminal.exited;

    const pipes = await stack.open(spawnedExec('cat', []));
    await expect(pipes.resize(80, 24)).rejects.toMatchObject({ code: 'request.invalid' });
    await pipes.kill();
  });

  it('that cannot be started says why', async () => {
    const refusal = new DomainError('executor.refused', 'No room.', { retry_after_s: 3 });
    const opening = stack.open({ start: () => Promise.reject(refusal) });
    await expect(opening).rejects.toMatchObject({
      code: 'executor.refused',
      message: 'No room.',
      details: { retry_after_s: 3 },
    });
    await expect(stack.open({ start: () => Promise.reject(new Error('/secret/path')) })).rejects.toMatchObject({
      code: 'internal',
      message: expect.not.stringContaining('secret'),
    });
    expect(stack.errors).toHaveLength(1);
    expect(stack.unused).toBe(0);
  });
});
