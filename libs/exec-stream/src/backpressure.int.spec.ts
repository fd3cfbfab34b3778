import { PassThrough, type Readable } from 'node:stream';

import type { DomainError } from '@aicode/contracts';
import { tempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { execStack, text, until, type ExecStack } from './fixtures/exec-stack.js';
import { nodeExec, spawnedExec } from './fixtures/spawned-exec.js';
import type { ServedExec } from './exec.js';
import { limits } from './protocol.js';

let stack: ExecStack;
beforeEach(async () => {
  stack = await execStack();
});
afterEach(() => stack.close());

const million = 1e6;

/** Counts what the exec's stdout gave to the server. */
function counted(exec: ServedExec): ServedExec & { read: number } {
  const counting = {
    read: 0,
    start: async (carry: Parameters<ServedExec['start']>[0]) => {
      const running = await exec.start(carry);
      const stdout = new PassThrough();
      running.stdout.on('data', (chunk: Buffer) => (counting.read += chunk.length));
      running.stdout.pipe(stdout);
      return { ...running, stdout: stdout as Readable };
    },
  };
  return counting;
}

/** Looks until the figure has not changed for 300 ms. */
async function settled(figure: () => number): Promise<number> {
  let last = -1;
  let since = performance.now();
  await until(() => {
    if (figure() !== last) {
      last = figure();
      since = performance.now();
    }
    return performance.now() - since > 300;
  }, 'the figure stands still');
  return last;
}

describe('a reader that stops', () => {
  it('stops the program, with little held on the way, and gets everything when it goes on', async () => {
    const total = 200 * million;
    const exec = counted(spawnedExec('head', ['-c', String(total), '/dev/zero']));
    const remote = await stack.open(exec);
    let got = 0;
    remote.stdout.on('data', (chunk: Buffer) => {
      got += chunk.length;
      if (got > million && got - chunk.length <= million) remote.stdout.pause();
    });
    await settled(() => exec.read);
    expect(got).toBeGreaterThan(million);
    expect(exec.read - got).toBeLessThan(million);
    remote.stdout.resume();
    expect(await remote.exited).toEqual({ code: 0, signal: null, reason: null });
    expect(got).toBe(total);
  });

  it('stops neither stderr, nor stdin, nor kill, nor the news of the end', async () => {
    const exec = counted(
      nodeExec(`
        process.stdin.on('data', (chunk) => process.stderr.write(chunk));
        const fill = () => process.stdout.write(Buffer.alloc(65536), fill);
        fill();`),
    );
    const remote = await stack.open(exec);
    await settled(() => exec.read);
    const echoed = new Promise<string>((resolve) => remote.stderr?.once('data', (chunk) => resolve(String(chunk))));
    remote.stdin.write('still here');
    expect(await echoed).toBe('still here');
    await remote.kill();
    expect((await remote.exited).signal).toBe('SIGKILL');
    const rest = await text(remote.stdout);
    expect(rest.length).toBeGreaterThan(65_536);
    expect(rest.length).toBe(exec.read);
  });

  it('does not keep the end of a program that ended by itself', async () => {
    const remote = await stack.open(nodeExec(`process.stdout.write(Buffer.alloc(400000)); process.exitCode = 4`));
    expect((await remote.exited).code).toBe(4);
    expect((await text(remote.stdout)).length).toBe(400_000);
  });

  it('that never goes on does not keep the socket for ever', async () => {
    const impatient = await execStack({ lingerMs: limits.stalledOutputMs + 500 });
    const remote = await impatient.open(nodeExec(`process.stdout.write(Buffer.alloc(400000))`));
    expect((await remote.exited).code).toBe(0);
    let state: unknown;
    const ask = (): void => void remote.resize(1, 1).catch((error: DomainError) => (state = error.code));
    await until(() => (ask(), state === 'executor.unavailable'), 'the server closes the socket');
    // What had arrived is still there.
    const rest = (await text(remote.stdout)).length;
    expect(rest).toBeGreaterThanOrEqual(65_536);
    expect(rest).toBeLessThan(400_000);
    await impatient.close();
  });
});

describe('a program that does not read its input', () => {
  it('stops the writer, and nothing else', async () => {
    const remote = await stack.open(nodeExec(`process.stderr.write('up'); setTimeout(() => 0, 1e6)`));
    let accepted = 0;
    const fill = (): void => {
      remote.stdin.write(Buffer.alloc(65_536), (error) => {
        if (error) return;
        accepted += 65_536;
        fill();
      });
    };
    fill();
    const taken = await settled(() => accepted);
    expect(taken).toBeLessThan(million);
    expect(remote.stdin.writableNeedDrain || remote.stdin.writableLength > 0).toBe(true);
    await remote.kill();
    expect((await remote.exited).signal).toBe('SIGKILL');
  });
});

describe('bulk both ways at once', () => {
  it('does not come to a standstill', async () => {
    const total = 64 * million;
    const remote = await stack.open(spawnedExec('cat', []));
    let sent = 0;
    let got = 0;
    remote.stdout.on('data', (chunk: Buffer) => (got += chunk.length));
    const chunk = Buffer.alloc(million);
    const pump = (): void => {
      while (sent < total) {
        sent += chunk.length;
        if (!remote.stdin.write(chunk)) return void remote.stdin.once('drain', pump);
      }
      remote.stdin.end();
    };
    pump();
    expect((await remote.exited).code).toBe(0);
    expect(got).toBe(total);
  });
});

describe('many stalled streams', () => {
  it('leave room for the others', async () => {
    const dir = await tempDir('exec');
    const socket = `${dir.path}/s`;
    const stalled: Readable[] = [];
    // 32 connections that pour into readers that do not read: 8 MB of windows, 8 times that of the whole connection.
    const remote = await stack.open(
      nodeExec(
        `const net = require('net');
         for (let i = 0; i < 32; i++) { const c = net.connect(process.env.BUS); const fill = () => c.write(Buffer.alloc(65536), fill); c.on('error', () => 0); fill(); }
         process.stdin.on('data', (chunk) => process.stdout.write(chunk));`,
        { sockets: { BUS: socket } },
      ),
      { sockets: { BUS: (connection) => stalled.push(connection) } },
    );
    await until(() => stalled.length === 32, 'all connections are here');
    await settled(() => stalled.reduce((sum, connection) => sum + connection.readableLength, 0));
    let got = 0;
    remote.stdout.on('data', (chunk: Buffer) => (got += chunk.length));
    remote.stdin.write(Buffer.alloc(4 * million));
    await until(() => got === 4 * million, 'the echo is here');
    await remote.kill();
    await dir.remove();
  });
});
